"""What is in a saved block: decrypted, with the blocks that it holds, its secrets masked or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from prefect._base import block_secrets
from prefect._base.block_secrets import Place
from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service.block_documents import keys
from prefect._service.block_schemas import operations as schemas
from prefect._service.block_types import operations as types
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

sql = Queries(__file__)

_GONE = object()


def references(data: Any, at: Place = ()) -> Iterator[tuple[Place, str]]:
    """The places in `data` that stand for saved blocks, with the ids of those."""
    if isinstance(data, dict):
        value = cast("dict[str, Any]", data)
        id_ = _reference(value)
        if id_ is not None:
            yield at, id_
            return
        for key, item in value.items():
            yield from references(item, (*at, key))
    elif isinstance(data, list):
        for index, item in enumerate(cast("list[Any]", data)):
            yield from references(item, (*at, index))


def _reference(value: Mapping[str, Any]) -> str | None:
    target = value.get("$ref")
    if len(value) == 1 and isinstance(target, dict):
        id_ = cast("dict[str, Any]", target).get("block_document_id")
        return None if id_ is None else str(id_)
    return None


class _Content(NamedTuple):
    data: Any
    holds: dict[str, JsonObject]  # as the API answers `block_document_references`
    fields: list[tuple[Place, Mapping[str, Any]]]  # the schemas of this block and of those it holds


class Reader:
    """Reads saved blocks in one unit of work; types, schemas and keys are read once."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._ring: keys.KeyRing | None = None
        self._types: dict[str, Row] = {}
        self._schemas: dict[str, Row] = {}
        self._fields_of_slug: dict[str, list[Mapping[str, Any]]] = {}

    async def answer(self, row: Row, *, include_secrets: bool) -> JsonObject:
        """The saved block of `row` as the API answers it."""
        type_row, schema_row = (
            await self._type(row["block_type_id"]),
            await self._schema(row["block_schema_id"]),
        )
        content = await self._content(row, frozenset())
        data = content.data
        if not include_secrets:
            data = block_secrets.masked(data, await self._places(content.data, content.fields))
        return {
            "id": row["id"],
            "created": to_iso(row["created_us"]),
            "updated": to_iso(row["updated_us"]),
            "name": row["name"],
            "data": data,
            "block_schema_id": row["block_schema_id"],
            "block_schema": schemas.to_json(schema_row, type_row),
            "block_type_id": row["block_type_id"],
            "block_type_name": type_row["name"],
            "block_type": types.to_json(type_row),
            "block_document_references": content.holds,
            "is_anonymous": bool(row["is_anonymous"]),
        }

    async def data(self, row: Row) -> Any:
        """The data as it is stored, references not followed."""
        if self._ring is None:
            self._ring = await keys.for_reading(self._unit)
        return self._ring.decrypted(row["data"])

    async def whole(self, row: Row) -> Any:
        """The data with that of the blocks it holds, and with the secrets."""
        return (await self._content(row, frozenset())).data

    async def secrets(self, data: Any, schema_id: str) -> set[Place]:
        """The places of the secrets in data that a client has sent."""
        return await self._places(data, [((), loads((await self._schema(schema_id))["fields"]))])

    async def _places(self, data: Any, fields: list[tuple[Place, Mapping[str, Any]]]) -> set[Place]:
        found: set[Place] = set()
        for at, schema in fields:
            found |= {(*at, *place) for place in block_secrets.places(schema, _inside(data, at))}
        # blocks that were never saved by themselves are written out where they are held
        for at, block in block_secrets.blocks_inside(data):
            for schema in await self._schemas_of(block["block_type_slug"]):
                found |= {(*at, *place) for place in block_secrets.places(schema, block)}
        return found

    async def _content(self, row: Row, above: frozenset[str]) -> _Content:
        fields: list[tuple[Place, Mapping[str, Any]]] = [
            ((), loads((await self._schema(row["block_schema_id"]))["fields"]))
        ]
        holds: dict[str, JsonObject] = {}
        data = await self._filled(await self.data(row), (), above | {row["id"]}, fields, holds)
        return _Content(data, holds, fields)

    async def _filled(
        self,
        node: Any,
        at: Place,
        above: frozenset[str],
        fields: list[tuple[Place, Mapping[str, Any]]],
        holds: dict[str, JsonObject],
    ) -> Any:
        """`node` with the references in it followed; what they named and is gone is left out."""
        if isinstance(node, list):
            items = [
                await self._filled(item, (*at, index), above, fields, holds)
                for index, item in enumerate(cast("list[Any]", node))
            ]
            return [item for item in items if item is not _GONE]
        if not isinstance(node, dict):
            return node
        value = cast("dict[str, Any]", node)
        id_ = _reference(value)
        if id_ is not None:
            return await self._held(id_, at, above, fields, holds)
        found = {
            key: await self._filled(item, (*at, key), above, fields, holds) for key, item in value.items()
        }
        return {key: item for key, item in found.items() if item is not _GONE}

    async def _held(
        self,
        id_: str,
        at: Place,
        above: frozenset[str],
        fields: list[tuple[Place, Mapping[str, Any]]],
        holds: dict[str, JsonObject],
    ) -> Any:
        child = None if id_ in above else await self._unit.one(sql.document_by_id, id=id_)
        if child is None:
            return _GONE
        content = await self._content(child, above)
        fields += [((*at, *place), schema) for place, schema in content.fields]
        holds[".".join(map(str, at))] = {
            "block_document": {
                "id": child["id"],
                "name": child["name"],
                "block_type": types.to_json(await self._type(child["block_type_id"])),
                "is_anonymous": bool(child["is_anonymous"]),
                "block_document_references": content.holds,
            }
        }
        return content.data

    async def _type(self, id_: str) -> Row:
        if id_ not in self._types:
            row = await self._unit.one(sql.type_by_id, id=id_)
            assert row is not None
            self._types[id_] = row
        return self._types[id_]

    async def _schema(self, id_: str) -> Row:
        if id_ not in self._schemas:
            row = await self._unit.one(sql.schema_by_id, id=id_)
            assert row is not None
            self._schemas[id_] = row
        return self._schemas[id_]

    async def _schemas_of(self, slug: str) -> list[Mapping[str, Any]]:
        if slug not in self._fields_of_slug:
            rows = await self._unit.all(sql.fields_of_type, slug=slug)
            self._fields_of_slug[slug] = [loads(row["fields"]) for row in rows]
        return self._fields_of_slug[slug]


def _inside(data: Any, at: Place) -> Any:
    for step in at:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
