"""Operations on the inputs of flow runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._service import paging
from prefect._service.errors import AlreadyExists, NotFound
from prefect._service.filtering import conditions
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)


async def create(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Give the flow run an input; raises `AlreadyExists` if it has one under that key."""
    if await unit.one(sql.flow_run_exists, id=id) is None:
        raise NotFound(f"Flow run with id {id}")
    row = _row(unit, id, body["key"], body["value"], body.get("sender"))
    if not await unit.run(sql.input_insert, now_us=unit.now_us, **row):
        raise AlreadyExists(f"An input with the key {body['key']!r}")
    await _announce(unit, row)


async def filter(unit: Unit, *, id: str, body: JsonObject) -> list[JsonObject]:
    """The oldest inputs whose keys begin with the prefix, without the excluded ones."""
    where = conditions.every(
        (
            conditions.begins("key", body["prefix"]),
            conditions.none_of("key", body.get("exclude_keys") or []),
        )
    )
    statement = sql.input_filter.fill(where=where)
    limit = min(body.get("limit", 1), paging.most())
    return [to_json(row) for row in await unit.all(statement, flow_run_id=id, limit=limit)]


async def read(unit: Unit, *, id: str, key: str) -> str:
    """The value of an input: JSON text, unless its sender wrote something else."""
    row = await unit.one(sql.input_by_key, flow_run_id=id, key=key)
    if row is None:
        raise NotFound("Flow run input")
    return row["value"]


async def delete(unit: Unit, *, id: str, key: str) -> None:
    """Remove an input."""
    if not await unit.run(sql.input_delete, flow_run_id=id, key=key):
        raise NotFound("Flow run input")


async def find(unit: Unit, flow_run_id: str, key: str) -> Any:
    """The value of an input, None if there is none."""
    row = await unit.one(sql.input_by_key, flow_run_id=flow_run_id, key=key)
    return None if row is None else loads(row["value"])


async def put(unit: Unit, flow_run_id: str, key: str, value: Any) -> None:
    """Keep `value` (JSON) under `key`, in place of what is there."""
    row = _row(unit, flow_run_id, key, dumps(value), None)
    await unit.run(sql.input_put, now_us=unit.now_us, **row)
    await _announce(unit, row)


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The input of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "flow_run_id": row["flow_run_id"],
        "key": row["key"],
        "value": row["value"],
        "sender": row["sender"],
    }


def _row(unit: Unit, flow_run_id: str, key: str, value: str, sender: str | None) -> JsonObject:
    return {
        "id": unit.new_id(),
        "flow_run_id": flow_run_id,
        "key": key,
        "value": value,
        "sender": sender,
    }


async def _announce(unit: Unit, row: JsonObject) -> None:
    await unit.emit(
        "prefect.flow-run.input", row["flow_run_id"], {"key": row["key"], "sender": row["sender"]}
    )
