"""Operations on kinds of blocks."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service import paging
from prefect._service.block_documents import operations as documents
from prefect._service.block_schemas import operations as schemas
from prefect._service.errors import AlreadyExists, Forbidden, NotFound
from prefect._service.filtering import tables
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
# the block types that come with this package: what `tools/make_block_types.py` writes
CATALOGUE = Path(__file__).with_name("catalogue.json")

_CHANGEABLE = ("logo_url", "documentation_url", "description", "code_example")


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a block type; raises `AlreadyExists` if there is one of that slug."""
    if body["name"].lower().startswith("prefect"):
        raise Forbidden("Names of block types that begin with 'Prefect' are reserved.")
    row = await _insert(unit, body, is_protected=False)
    if row is None:
        raise AlreadyExists(f"A block type with the slug {body['slug']!r}")
    return to_json(row)


async def read(unit: Unit, *, id: str) -> JsonObject:
    return to_json(await _by_id(unit, id))


async def read_by_slug(unit: Unit, *, slug: str) -> JsonObject:
    return to_json(await _by_slug(unit, slug))


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what the body names."""
    row = await _by_id(unit, id)
    changed = {name: body.get(name, row[name]) for name in _CHANGEABLE}
    await unit.run(sql.type_change, id=id, now_us=unit.now_us, **changed)
    await _emit(unit, "updated", row)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove a block type with its saved blocks; raises `Forbidden` for those that come with the package."""
    row = await _by_id(unit, id)
    if row["is_protected"]:
        raise Forbidden("This block type comes with the package and cannot be removed.")
    await unit.run(sql.type_delete, id=id)
    await _emit(unit, "deleted", row)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The block types that a filter finds, by name, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.type_filter.fill(where=tables.where("block_types", tables.BLOCK_TYPES, body))
    return [to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def read_documents(unit: Unit, *, slug: str, include_secrets: bool | None = None) -> list[JsonObject]:
    """The saved blocks of a type, by name."""
    row = await _by_slug(unit, slug)
    body = {
        "block_documents": {"block_type_id": {"any_": [row["id"]]}, "is_anonymous": {"eq_": False}},
        "include_secrets": bool(include_secrets),
    }
    return await documents.filter(unit, body=body)


async def read_document_by_name(
    unit: Unit, *, slug: str, block_document_name: str, include_secrets: bool | None = None
) -> JsonObject:
    """The saved block of that type and name."""
    return await documents.read_by_name(
        unit, slug=slug, name=block_document_name, include_secrets=bool(include_secrets)
    )


async def install_system_block_types(unit: Unit) -> None:
    """Make the block types that come with the package known, with the schemas of this version."""
    for entry in loads(CATALOGUE.read_bytes()):
        row = await unit.one(sql.type_by_slug, slug=entry["type"]["slug"])
        if row is None:
            row = await _insert(unit, entry["type"], is_protected=True)
            assert row is not None
        elif not row["is_protected"]:
            await unit.run(sql.type_protect, id=row["id"])
        await schemas.create(unit, body={**entry["schema"], "block_type_id": row["id"]})
    unit.status = None


async def install_if_new(unit: Unit) -> None:
    """The same, unless this very catalogue was installed before."""
    checksum = f"{zlib.crc32(CATALOGUE.read_bytes()):08x}"
    kept = await unit.one(sql.installed)
    if kept is None or kept["value"] != checksum:
        await install_system_block_types(unit)
        await unit.run(sql.installed_note, value=checksum)


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The block type of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "slug": row["slug"],
        "logo_url": row["logo_url"],
        "documentation_url": row["documentation_url"],
        "description": row["description"],
        "code_example": row["code_example"],
        "is_protected": bool(row["is_protected"]),
    }


async def _insert(unit: Unit, body: JsonObject, *, is_protected: bool) -> Row | None:
    row: Row = {"id": unit.new_id(), "name": body["name"], "slug": body["slug"], "is_protected": is_protected}
    row |= {name: body.get(name) for name in _CHANGEABLE}
    if not await unit.run(sql.type_insert, now_us=unit.now_us, **row):
        return None
    await _emit(unit, "created", row)
    return {**row, "created_us": unit.now_us, "updated_us": unit.now_us}


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.type_by_id, id=id)
    if row is None:
        raise NotFound("Block type")
    return row


async def _by_slug(unit: Unit, slug: str) -> Row:
    row = await unit.one(sql.type_by_slug, slug=slug)
    if row is None:
        raise NotFound("Block type")
    return row


async def _emit(unit: Unit, what: str, row: Mapping[str, Any]) -> None:
    await unit.emit(f"prefect.block-type.{what}", row["id"], {"slug": row["slug"]})
