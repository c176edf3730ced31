"""Operations on flows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.clock import to_iso
from prefect._base.errors import Invalid, NotFound
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.flow_runs import operations as flow_runs
from prefect._service.runs.values import decoded
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

if TYPE_CHECKING:
    from prefect._service.filtering import tables
else:  # a run asks for no lists
    tables = lazy.module("prefect._service.filtering.tables")

sql = Queries(__file__)
ORDERS: Mapping[str, str] = {
    "CREATED_DESC": "flow.created_us DESC, flow.id DESC",
    "UPDATED_DESC": "flow.updated_us DESC, flow.id DESC",
    "NAME_ASC": "flow.name ASC",
    "NAME_DESC": "flow.name DESC",
}
_NAME = re.compile(r"[^/%&><]+")


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The flow of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "tags": decoded(row["tags"], "[]", []),
        "labels": decoded(row["labels"], "{}", {}),
    }


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a flow, or answer the one of that name as it is."""
    name = body["name"]
    existing = await unit.one(sql.flow_by_name, name=name)
    if existing is None:
        if not _NAME.fullmatch(name):
            raise Invalid(f"{name!r} cannot name a flow: it is empty or has one of the characters / % & > <.")
        row: JsonObject = {
            "id": unit.new_id(),
            "name": name,
            "tags": dumps(body.get("tags") or []),
            "labels": dumps(body.get("labels") or {}),
        }
        if await unit.run(sql.flow_insert, now_us=unit.now_us, **row):
            await unit.emit("prefect.flow.created", row["id"], None)
            return to_json({**row, "created_us": unit.now_us, "updated_us": unit.now_us})
        existing = await unit.one(sql.flow_by_name, name=name)
        assert existing is not None
    unit.status = 200
    return to_json(existing)


async def read(unit: Unit, *, id: str) -> JsonObject:
    row = await unit.one(sql.flow_by_id, id=id)
    if row is None:
        raise NotFound("Flow")
    return to_json(row)


async def read_by_name(unit: Unit, *, name: str) -> JsonObject:
    row = await unit.one(sql.flow_by_name, name=name)
    if row is None:
        raise NotFound("Flow")
    return to_json(row)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Replace the tags."""
    if not await unit.run(sql.flow_set_tags, id=id, now_us=unit.now_us, tags=dumps(body.get("tags") or [])):
        raise NotFound("Flow")


async def delete(unit: Unit, *, id: str) -> None:
    """Remove the flow with its runs."""
    for run in await unit.all(sql.flow_runs_of_flow, id=id):
        await flow_runs.delete(unit, id=run["id"])
    if not await unit.run(sql.flow_delete, id=id):
        raise NotFound("Flow")
    await unit.emit("prefect.flow.deleted", id, None)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The flows that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.flow_filter.fill(
        where=tables.where("flows", tables.FLOWS, body),
        order=tables.order(ORDERS, body.get("sort"), "NAME_ASC"),
    )
    return [to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many flows a filter finds."""
    row = await unit.one(sql.flow_count.fill(where=tables.where("flows", tables.FLOWS, body or {})))
    assert row is not None
    return row["found"]
