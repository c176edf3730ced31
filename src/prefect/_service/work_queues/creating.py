"""Making queues: with a place in the order of their pool, also for those who only name one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.errors import AlreadyExists
from prefect._base.jsontext import dumps
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._service.work_queues import status
from prefect._service.work_queues.priorities import first_free, made_room
from prefect._service.work_queues.statements import sql
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

pools: Any = lazy.module("prefect._service.work_pools.operations")

AGENT_POOL = "default-agent-pool"
_set = Changing(sql.queue_set)


async def insert(unit: Unit, pool: Mapping[str, Any], body: JsonObject, *, id: str | None = None) -> Row:
    """The row of a new queue of `pool`; raises `AlreadyExists` if it has one of that name."""
    is_paused = bool(body.get("is_paused"))
    taken = await _priorities(unit, pool["id"])
    wanted: int | None = body.get("priority")
    queue_filter = body.get("filter")
    row: Row = {
        "id": id or unit.new_id(),
        "work_pool_id": pool["id"],
        "name": body["name"],
        "description": body.get("description") or "",
        "is_paused": int(is_paused),
        "paused_us": unit.now_us if is_paused else None,
        "paused_by": unit.owner if is_paused else None,
        "concurrency_limit": body.get("concurrency_limit"),
        "priority": wanted or first_free(set(taken.values())),
        "status": status.PAUSED if is_paused else status.NOT_READY,
        "filter": None if queue_filter is None else dumps(queue_filter),
    }
    if not await unit.run(sql.queue_insert, now_us=unit.now_us, **row):
        raise taken_name(body["name"], pool["name"])
    if wanted is not None:
        await _move(unit, made_room(taken, wanted))
    await status.tell(unit, row, "created")
    return {
        **row,
        "created_us": unit.now_us,
        "updated_us": unit.now_us,
        "last_polled_us": None,
        "work_pool_name": pool["name"],
        "active_slots": 0,
    }


async def place(unit: Unit, queue: Mapping[str, Any], wanted: int) -> None:
    """Make room for `queue` at the priority `wanted`."""
    others = await _priorities(unit, queue["work_pool_id"])
    others.pop(queue["id"], None)
    await _move(unit, made_room(others, wanted))


async def named(unit: Unit, pool_name: str | None, queue_name: str | None) -> Row:
    """The queue that somebody names, made if its pool has none of that name.

    Without a name it is the pool's default queue, without a pool it belongs to the default agent pool. Raises
    `NotFound` for a pool that does not exist.
    """
    pool = await (agent_pool(unit) if pool_name is None else pools.find(unit, pool_name))
    if queue_name is None:
        found = await unit.one(sql.queue_by_id, id=pool["default_queue_id"])
    else:
        found = await unit.one(sql.queue_in_pool, work_pool_id=pool["id"], name=queue_name)
    return found or await insert(unit, pool, {"name": queue_name or "default"})


async def agent_pool(unit: Unit) -> Row:
    """The pool of the queues of former days, made when it is first needed."""
    found = await unit.one(pools.sql.pool_bare, name=AGENT_POOL)
    return found or await pools.insert(unit, {"name": AGENT_POOL})


def taken_name(name: str, pool_name: str) -> AlreadyExists:
    return AlreadyExists(f"A work queue named {name!r} in the work pool {pool_name!r}")


async def _priorities(unit: Unit, pool_id: str) -> dict[str, int]:
    found = await unit.all(sql.priorities_of_pool, work_pool_id=pool_id)
    return {row["id"]: row["priority"] for row in found}


async def _move(unit: Unit, moved: Mapping[str, int]) -> None:
    statement = _set(("priority",))
    for id, priority in moved.items():
        await unit.run(statement, id=id, now_us=unit.now_us, priority=priority)
