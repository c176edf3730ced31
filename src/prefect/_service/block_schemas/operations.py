"""Operations on schemas of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.block_checksum import checksum as checksum_of
from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._service import paging
from prefect._service.errors import Forbidden, Invalid, NotFound
from prefect._service.filtering import conditions, tables
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

types: Any = lazy.module("prefect._service.block_types.operations")

sql = Queries(__file__)


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a schema, or answer the one of that checksum and version."""
    if body.get("block_type_id") is None:
        raise Invalid("A block schema needs the id of its block type.")
    type_row = await _type(unit, body["block_type_id"])
    fields: JsonObject = body.get("fields") or {}
    row: Row = {
        "id": unit.new_id(),
        "checksum": checksum_of(fields),
        "fields": dumps(fields),
        "capabilities": dumps(sorted(set(body.get("capabilities") or []))),
        "version": body.get("version") or "non-versioned",
        "block_type_id": type_row["id"],
    }
    if await unit.run(sql.schema_insert, now_us=unit.now_us, **row):
        return to_json({**row, "created_us": unit.now_us, "updated_us": unit.now_us}, type_row)
    unit.status = 200
    found = await unit.one(sql.schema_by_version, checksum=row["checksum"], version=row["version"])
    assert found is not None
    return to_json(found, await _type(unit, found["block_type_id"]))


async def read(unit: Unit, *, id: str) -> JsonObject:
    row = await _by_id(unit, id)
    return to_json(row, await _type(unit, row["block_type_id"]))


async def read_by_checksum(unit: Unit, *, checksum: str, version: str | None = None) -> JsonObject:
    """The schema of a checksum and a version, or for None the newest."""
    if version is None:
        row = await unit.one(sql.schema_by_checksum, checksum=checksum)
    else:
        row = await unit.one(sql.schema_by_version, checksum=checksum, version=version)
    if row is None:
        raise NotFound("Block schema")
    return to_json(row, await _type(unit, row["block_type_id"]))


async def delete(unit: Unit, *, id: str) -> None:
    """Remove a schema and the blocks saved with it; raises `Forbidden` if its type comes with the package."""
    row = await _by_id(unit, id)
    if (await _type(unit, row["block_type_id"]))["is_protected"]:
        raise Forbidden(
            "The block type of this schema comes with the package: its schemas cannot be removed."
        )
    await unit.run(sql.schema_delete, id=id)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The schemas that a filter finds, the newest first, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.schema_filter.fill(where=tables.where("block_schemas", tables.BLOCK_SCHEMAS, body))
    rows = await unit.all(statement, limit=limit, offset=offset)
    wanted = sorted({row["block_type_id"] for row in rows})
    found = await unit.all(sql.types.fill(where=conditions.one_of("block_type.id", wanted)))
    by_id = {row["id"]: row for row in found}
    return [to_json(row, by_id[row["block_type_id"]]) for row in rows]


def to_json(row: Mapping[str, Any], type_row: Mapping[str, Any]) -> JsonObject:
    """The schema of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "checksum": row["checksum"],
        "fields": loads(row["fields"]),
        "block_type_id": row["block_type_id"],
        "block_type": types.to_json(type_row),
        "capabilities": loads(row["capabilities"]),
        "version": row["version"],
    }


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.schema_by_id, id=id)
    if row is None:
        raise NotFound("Block schema")
    return row


async def _type(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.type_of_schema, id=id)
    if row is None:
        raise NotFound("Block type")
    return row
