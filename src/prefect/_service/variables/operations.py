"""Operations on variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._service import paging
from prefect._service.errors import AlreadyExists, NotFound
from prefect._service.filtering import tables
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
ORDERS: Mapping[str, str] = {
    "CREATED_DESC": "variable.created_us DESC, variable.id DESC",
    "UPDATED_DESC": "variable.updated_us DESC, variable.id DESC",
    "NAME_ASC": "variable.name ASC",
    "NAME_DESC": "variable.name DESC",
}


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a variable; raises `AlreadyExists` if there is one of that name."""
    row: Row = {
        "id": unit.new_id(),
        "name": body["name"],
        "value": dumps(body["value"]),
        "tags": dumps(body.get("tags") or []),
    }
    if not await unit.run(sql.variable_insert, now_us=unit.now_us, **row):
        raise _taken(body["name"])
    await _emit(unit, "created", row)
    return to_json({**row, "created_us": unit.now_us, "updated_us": unit.now_us})


async def read(unit: Unit, *, id: str) -> JsonObject:
    return to_json(await _by_id(unit, id))


async def read_by_name(unit: Unit, *, name: str) -> JsonObject:
    return to_json(await _by_name(unit, name))


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what the body names; raises `AlreadyExists` if another variable has the new name."""
    await _update(unit, await _by_id(unit, id), body)


async def update_by_name(unit: Unit, *, name: str, body: JsonObject) -> None:
    """As :func:`update`, for the variable of that name."""
    await _update(unit, await _by_name(unit, name), body)


async def delete(unit: Unit, *, id: str) -> None:
    await _delete(unit, await _by_id(unit, id))


async def delete_by_name(unit: Unit, *, name: str) -> None:
    await _delete(unit, await _by_name(unit, name))


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The variables that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.variable_filter.fill(
        where=tables.where("variables", tables.VARIABLES, body),
        order=tables.order(ORDERS, body.get("sort"), "NAME_ASC"),
    )
    return [to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many variables a filter finds."""
    statement = sql.variable_count.fill(where=tables.where("variables", tables.VARIABLES, body or {}))
    row = await unit.one(statement)
    assert row is not None
    return row["found"]


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The variable of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "value": loads(row["value"]),
        "tags": loads(row["tags"]),
    }


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.variable_by_id, id=id)
    if row is None:
        raise NotFound("Variable")
    return row


async def _by_name(unit: Unit, name: str) -> Row:
    row = await unit.one(sql.variable_by_name, name=name)
    if row is None:
        raise NotFound("Variable")
    return row


async def _update(unit: Unit, row: Row, body: JsonObject) -> None:
    changed: Row = {"id": row["id"], "name": row["name"], "value": row["value"], "tags": row["tags"]}
    if body.get("name") is not None:
        changed["name"] = body["name"]
    if "value" in body:  # None is a value like any other
        changed["value"] = dumps(body["value"])
    if body.get("tags") is not None:
        changed["tags"] = dumps(body["tags"])
    if not await unit.run(sql.variable_change, now_us=unit.now_us, **changed):
        raise _taken(changed["name"])
    await _emit(unit, "updated", changed)


async def _delete(unit: Unit, row: Row) -> None:
    await unit.run(sql.variable_delete, id=row["id"])
    await _emit(unit, "deleted", row)


async def _emit(unit: Unit, what: str, row: Row) -> None:
    await unit.emit(f"prefect.variable.{what}", row["id"], {"name": row["name"]})


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists(f"A variable named {name!r}")
