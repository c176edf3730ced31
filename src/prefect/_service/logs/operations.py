"""Operations on lines of log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Invalid
from prefect._service import paging
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

if TYPE_CHECKING:
    from prefect._service.filtering import tables
else:  # a run asks for no lists
    tables = lazy.module("prefect._service.filtering.tables")

sql = Queries(__file__)
# ids are made in the order of writing, so they keep lines of one instant in their order
ORDERS: Mapping[str, str] = {
    "TIMESTAMP_ASC": "log.at_us ASC, log.id ASC",
    "TIMESTAMP_DESC": "log.at_us DESC, log.id DESC",
}


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The line of `row` as the API answers it."""
    at = to_iso(row["at_us"])
    return {
        "id": row["id"],
        "created": at,
        "updated": at,
        "name": row["name"],
        "level": row["level"],
        "message": row["message"],
        "timestamp": at,
        "flow_run_id": row["flow_run_id"],
        "task_run_id": row["task_run_id"],
    }


async def create(unit: Unit, *, body: list[JsonObject]) -> None:
    """Keep lines of log; a line that was sent before, under the same id, is not kept twice."""
    await unit.many(sql.log_insert, [_params(unit, line) for line in body])


def _params(unit: Unit, line: JsonObject) -> JsonObject:
    try:
        at_us = from_iso(line["timestamp"])
    except (TypeError, ValueError) as wrong:
        raise Invalid(f"{line['timestamp']!r} is not an instant of ISO 8601: {wrong}") from wrong
    return {
        "id": line.get("id") or unit.new_id(),
        "at_us": at_us,
        "level": line["level"],
        "name": line["name"],
        "message": line["message"],
        "flow_run_id": line.get("flow_run_id"),
        "task_run_id": line.get("task_run_id"),
        "worker_id": line.get("worker_id"),
    }


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The lines that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.log_filter.fill(
        where=tables.where("logs", tables.LOGS, body),
        order=tables.order(ORDERS, body.get("sort"), "TIMESTAMP_ASC"),
    )
    return [to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]
