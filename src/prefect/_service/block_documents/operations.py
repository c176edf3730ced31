"""Operations on saved blocks. Their data is one encrypted token; answers mask secrets unless asked not to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import block_secrets, lazy
from prefect._service import paging
from prefect._service.block_documents import keys
from prefect._service.errors import AlreadyExists, Conflict, Invalid, NotFound
from prefect._service.filtering import tables
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

contents: Any = lazy.module("prefect._service.block_documents.contents")

sql = Queries(__file__)
ORDERS: Mapping[str, str] = {
    "NAME_ASC": "block_document.name ASC, block_document.id ASC",
    "NAME_DESC": "block_document.name DESC, block_document.id DESC",
    "BLOCK_TYPE_AND_NAME_ASC": "(SELECT block_type.name FROM block_type"
    " WHERE block_type.id = block_document.block_type_id) ASC,"
    " block_document.name ASC, block_document.id ASC",
}
_BAD_REQUEST = 400


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Save a block; raises `AlreadyExists` if one of its type has the name."""
    schema = await unit.one(sql.schema_by_id, id=body["block_schema_id"])
    if schema is None or schema["block_type_id"] != body["block_type_id"]:
        raise Conflict("There is no such block schema of that block type.")
    data: JsonObject = body.get("data") or {}
    held = await _held(unit, data)
    is_anonymous = bool(body.get("is_anonymous"))
    id_ = unit.new_id()
    row: Row = {
        "id": id_,
        "name": body.get("name") or f"anonymous-{id_}",
        "data": (await keys.for_writing(unit)).encrypted(data),
        "block_schema_id": schema["id"],
        "block_type_id": schema["block_type_id"],
        "is_anonymous": is_anonymous,
    }
    if not await unit.run(sql.document_insert, now_us=unit.now_us, **row):
        raise AlreadyExists(f"A block of this type named {row['name']!r}")
    await _hold(unit, id_, held)
    stored = {**row, "created_us": unit.now_us, "updated_us": unit.now_us}
    await _emit(unit, "created", stored)
    return await contents.Reader(unit).answer(stored, include_secrets=False)


async def read(unit: Unit, *, id: str, include_secrets: bool | None = None) -> JsonObject:
    row = await _by_id(unit, id)
    return await contents.Reader(unit).answer(row, include_secrets=bool(include_secrets))


async def read_by_name(unit: Unit, *, slug: str, name: str, include_secrets: bool) -> JsonObject:
    """The saved block of a type, by its name."""
    row = await unit.one(sql.document_by_name, slug=slug, name=name)
    if row is None:
        raise NotFound("Block document")
    return await contents.Reader(unit).answer(row, include_secrets=include_secrets)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change a saved block: data beside what is there or, without `merge_existing_data`, instead of it.

    A secret that is sent as eight stars, the way answers show it, stays what it was.
    """
    row = await _by_id(unit, id)
    schema_id = body.get("block_schema_id") or row["block_schema_id"]
    schema = await unit.one(sql.schema_by_id, id=schema_id)
    if schema is None or schema["block_type_id"] != row["block_type_id"]:
        raise Invalid("The new block schema is none of the block's type.", status=_BAD_REQUEST)
    reader = contents.Reader(unit)
    data: JsonObject = body.get("data") or {}
    at = await reader.secrets(data, schema_id)
    data = block_secrets.restored(data, await reader.whole(row), at)
    if body.get("merge_existing_data", True):
        data = {**await reader.data(row), **data}
    held = await _held(unit, data, holder=id)
    token = (await keys.for_writing(unit)).encrypted(data)
    await unit.run(sql.document_change, id=id, data=token, block_schema_id=schema_id, now_us=unit.now_us)
    await unit.run(sql.references_forget, id=id)
    await _hold(unit, id, held)
    await _emit(unit, "updated", row)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove a saved block; the saved blocks that it holds stay."""
    row = await _by_id(unit, id)
    await unit.run(sql.document_delete, id=id)
    await _emit(unit, "deleted", row)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The saved blocks that a filter finds, a page of them; anonymous ones only if asked for."""
    body = _without_anonymous(body or {})
    limit, offset = paging.bounds(body)
    statement = sql.document_filter.fill(
        where=tables.where("block_documents", tables.BLOCK_DOCUMENTS, body),
        order=tables.order(ORDERS, body.get("sort"), "NAME_ASC"),
    )
    rows = await unit.all(statement, limit=limit, offset=offset)
    reader, show = contents.Reader(unit), bool(body.get("include_secrets"))
    return [await reader.answer(row, include_secrets=show) for row in rows]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many saved blocks a filter finds."""
    where = tables.where("block_documents", tables.BLOCK_DOCUMENTS, _without_anonymous(body or {}))
    row = await unit.one(sql.document_count.fill(where=where))
    assert row is not None
    return row["found"]


def _without_anonymous(body: JsonObject) -> JsonObject:
    given: JsonObject = body.get("block_documents") or {}
    return {**body, "block_documents": {"is_anonymous": {"eq_": False}, **given}}


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.document_by_id, id=id)
    if row is None:
        raise NotFound("Block document")
    return row


async def _held(unit: Unit, data: Any, holder: str | None = None) -> list[tuple[str, str]]:
    """Names and ids of the saved blocks that `data` holds; raises `Invalid` for what cannot be held."""
    held: list[tuple[str, str]] = []
    for at, id_ in contents.references(data):
        name = ".".join(map(str, at))
        if await unit.one(sql.document_by_id, id=id_) is None:
            raise Invalid(
                f"{name!r} refers to the saved block {id_}, which does not exist.", status=_BAD_REQUEST
            )
        if holder is not None and (id_ == holder or await unit.one(sql.held_by, holder=id_, id=holder)):
            raise Invalid(f"{name!r} would make the block hold itself.", status=_BAD_REQUEST)
        held.append((name, id_))
    return held


async def _hold(unit: Unit, id: str, held: list[tuple[str, str]]) -> None:
    await unit.many(
        sql.reference_insert, [{"parent": id, "name": name, "child": child} for name, child in held]
    )


async def _emit(unit: Unit, what: str, row: Row) -> None:
    if not row["is_anonymous"]:
        await unit.emit(f"prefect.block-document.{what}", row["id"], {"name": row["name"]})
