"""Operations on saved searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.errors import NotFound
from prefect._base.jsontext import dumps, loads
from prefect._service import paging
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)


async def put(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Save a search under its name, in place of the one before."""
    before = await unit.one(sql.search_by_name, name=body["name"])
    filters = dumps(body.get("filters") or [])
    await unit.run(sql.search_put, id=unit.new_id(), now_us=unit.now_us, name=body["name"], filters=filters)
    row = await unit.one(sql.search_by_name, name=body["name"])
    assert row is not None
    if before is not None:
        unit.status = 200
    return to_json(row)


async def read(unit: Unit, *, id: str) -> JsonObject:
    row = await unit.one(sql.search_by_id, id=id)
    if row is None:
        raise NotFound("Saved search")
    return to_json(row)


async def delete(unit: Unit, *, id: str) -> None:
    if not await unit.run(sql.search_delete, id=id):
        raise NotFound("Saved search")


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """Saved searches by name, a page of them."""
    limit, offset = paging.bounds(body or {})
    return [to_json(row) for row in await unit.all(sql.searches, limit=limit, offset=offset)]


def to_json(row: Mapping[str, Any]) -> JsonObject:
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "filters": loads(row["filters"]),
    }
