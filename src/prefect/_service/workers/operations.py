"""Operations on workers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.errors import NotFound
from prefect._service import paging
from prefect._service.filtering import tables
from prefect._service.runs.values import instant
from prefect._service.unit import Unit
from prefect._service.work_pools import operations as pools
from prefect._service.work_pools import status
from prefect._service.workers.statements import sql
from prefect._wire.operation import JsonObject

# a worker that means to be silent for longer is looked for as if it had said this
LONGEST_INTERVAL_S = 366 * 86_400


async def heartbeat(unit: Unit, *, work_pool_name: str, body: JsonObject) -> None:
    """Note that a worker is there; the first one makes its pool READY."""
    pool = await pools.find(unit, work_pool_name)
    await beat(unit, pool, body["name"], body.get("heartbeat_interval_seconds"))


async def beat(unit: Unit, pool: Mapping[str, Any], name: str, interval_s: float | None) -> None:
    """As :func:`heartbeat`, for the pool of a row."""
    if interval_s is not None:
        interval_s = round(max(0, min(interval_s, LONGEST_INTERVAL_S)))
    await unit.run(
        sql.worker_beats,
        id=unit.new_id(),
        now_us=unit.now_us,
        work_pool_id=pool["id"],
        name=name,
        heartbeat_interval_s=None
        if interval_s is None
        else round(max(0, min(interval_s, LONGEST_INTERVAL_S))),
    )
    if pool["status"] == status.NOT_READY:
        await status.enter(unit, pool, status.READY)


async def filter(unit: Unit, *, work_pool_name: str, body: JsonObject | None = None) -> list[JsonObject]:
    """The workers of a pool that a filter finds, those that were heard of last at the head."""
    body = body or {}
    pool = await pools.find(unit, work_pool_name)
    limit, offset = paging.bounds(body)
    statement = sql.worker_filter.fill(where=tables.where("workers", tables.WORKERS, body))
    found = await unit.all(statement, work_pool_id=pool["id"], limit=limit, offset=offset)
    return [to_json(row) for row in found]


async def delete(unit: Unit, *, work_pool_name: str, name: str) -> None:
    """Forget a worker; one that still runs is known again at its next heartbeat."""
    pool = await pools.find(unit, work_pool_name)
    if not await unit.run(sql.worker_delete, work_pool_id=pool["id"], name=name):
        raise NotFound(f"Worker {name!r} of the work pool {work_pool_name!r}")


def to_json(row: Mapping[str, Any]) -> JsonObject:
    """The worker of `row` as the API answers it."""
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "name": row["name"],
        "work_pool_id": row["work_pool_id"],
        "last_heartbeat_time": instant(row["last_heartbeat_us"]),
        "heartbeat_interval_seconds": row["heartbeat_interval_s"],
        "status": row["status"],
    }
