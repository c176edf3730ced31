"""Operations on artifacts; the table of collections keeps the latest artifact of each key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._service import paging
from prefect._service.errors import NotFound
from prefect._service.filtering import tables
from prefect._service.unit import Unit
from prefect._store.sql import Part, Queries
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

sql = Queries(__file__)


def _orders(table: str) -> dict[str, str]:
    return {
        "CREATED_DESC": f"{table}.created_us DESC, {table}.id DESC",
        "UPDATED_DESC": f"{table}.updated_us DESC, {table}.id DESC",
        "ID_DESC": f"{table}.id DESC",
        "KEY_DESC": f"{table}.key DESC, {table}.id DESC",
        "KEY_ASC": f"{table}.key ASC, {table}.id ASC",
    }


ORDERS: Mapping[str, str] = _orders("artifact")
LATEST_ORDERS: Mapping[str, str] = _orders("artifact_collection")


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create an artifact; with a key it becomes the latest of that key."""
    row: Row = {
        "id": unit.new_id(),
        "key": body.get("key") or None,
        "type": body.get("type"),
        "data": _text(body.get("data")),
        "metadata": _text(body.get("metadata_")),
        "description": body.get("description"),
        "flow_run_id": body.get("flow_run_id"),
        "task_run_id": body.get("task_run_id"),
    }
    await unit.run(sql.artifact_insert, now_us=unit.now_us, **row)
    stored = {**row, "created_us": unit.now_us, "updated_us": unit.now_us}
    if row["key"] is not None:
        await _make_latest(unit, stored)
    await _emit(unit, "created", stored)
    return to_json(stored)


async def read(unit: Unit, *, id: str) -> JsonObject:
    return to_json(await _by_id(unit, id))


async def read_latest(unit: Unit, *, key: str) -> JsonObject:
    """The latest artifact of a key. Its `id` is that of the collection, as clients expect it."""
    row = await unit.one(sql.collection_by_key, key=key)
    if row is None:
        raise NotFound("Artifact")
    return to_json(row)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what the body names."""
    row = await _by_id(unit, id)
    changed: Row = {
        "data": _text(body["data"]) if "data" in body else row["data"],
        "metadata": _text(body["metadata_"]) if "metadata_" in body else row["metadata"],
        "description": body.get("description", row["description"]),
    }
    for statement in (sql.artifact_change, sql.collection_change):
        await unit.run(statement, id=id, now_us=unit.now_us, **changed)
    await _emit(unit, "updated", row)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove an artifact; the one before it becomes the latest of its key."""
    row = await _by_id(unit, id)
    await unit.run(sql.artifact_delete, id=id)
    await _emit(unit, "deleted", row)
    if row["key"] is None:
        return
    collection = await unit.one(sql.collection_by_key, key=row["key"])
    if collection is None or collection["latest_id"] != id:
        return
    newest = await unit.one(sql.artifact_newest_of_key, key=row["key"])
    if newest is None:
        await unit.run(sql.collection_delete, key=row["key"])
    else:
        await _make_latest(unit, newest)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The artifacts that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.artifact_filter.fill(
        where=tables.where("artifacts", tables.ARTIFACTS, body),
        order=tables.order(ORDERS, body.get("sort"), "ID_DESC"),
    )
    return [to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def filter_latest(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The latest artifact of each key that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.collection_filter.fill(
        where=_where_latest(body),
        order=tables.order(LATEST_ORDERS, body.get("sort"), "ID_DESC"),
    )
    rows = await unit.all(statement, limit=limit, offset=offset)
    return [{**to_json(row), "latest_id": row["latest_id"]} for row in rows]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many artifacts a filter finds."""
    statement = sql.artifact_count.fill(where=tables.where("artifacts", tables.ARTIFACTS, body or {}))
    row = await unit.one(statement)
    assert row is not None
    return row["found"]


async def count_latest(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many keys a filter finds."""
    row = await unit.one(sql.collection_count.fill(where=_where_latest(body or {})))
    assert row is not None
    return row["found"]


def _where_latest(body: JsonObject) -> Part:
    # in requests the filter of collections is called "artifacts" too
    renamed = {"artifact_collections" if key == "artifacts" else key: given for key, given in body.items()}
    return tables.where("artifact_collections", tables.ARTIFACT_COLLECTIONS, renamed)


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The artifact of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "key": row["key"],
        "type": row["type"],
        "description": row["description"],
        "data": _value(row["data"]),
        "metadata_": _value(row["metadata"]),
        "flow_run_id": row["flow_run_id"],
        "task_run_id": row["task_run_id"],
    }


def _text(value: Any) -> str | None:
    return None if value is None else dumps(value)


def _value(text: str | None) -> Any:
    return None if text is None else loads(text)


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.artifact_by_id, id=id)
    if row is None:
        raise NotFound("Artifact")
    return row


async def _make_latest(unit: Unit, row: Mapping[str, Any]) -> None:
    await unit.run(sql.collection_put, **{**row, "id": unit.new_id(), "latest_id": row["id"]})


async def _emit(unit: Unit, what: str, row: Mapping[str, Any]) -> None:
    await unit.emit(f"prefect.artifact.{what}", row["id"], {"key": row["key"], "type": row["type"]})
