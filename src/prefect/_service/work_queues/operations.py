"""Operations on work queues: those that a pool's path names, and the older ones by id."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._base.clock import from_iso
from prefect._base.errors import Conflict, NotFound
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.filtering import conditions as c
from prefect._service.filtering import tables
from prefect._service.runs.changing import Changing
from prefect._service.runs.values import instant
from prefect._service.unit import Unit
from prefect._service.work_queues import creating, rows
from prefect._service.work_queues import status as states
from prefect._service.work_queues.statements import sql
from prefect._store.sql import Part
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

pools: Any = lazy.module("prefect._service.work_pools.operations")
pool_rows: Any = lazy.module("prefect._service.work_pools.rows")
polling: Any = lazy.module("prefect._service.claims.polling")

_BY_PRIORITY = c.Text("work_queue.priority, work_queue.id")
_BY_NAME = c.Text("work_queue.name, work_queue.id")
MOST_LATE_RUNS, LONGEST_SILENCE_S = 0, 60
_set = Changing(sql.queue_set)


# -- in a pool -----------------------------------------------------------------------------------


async def create_in_pool(unit: Unit, *, work_pool_name: str, body: JsonObject) -> JsonObject:
    """Create a queue; raises `AlreadyExists` if the pool has one of that name."""
    return rows.to_json(await creating.insert(unit, await pools.find(unit, work_pool_name), body))


async def read_in_pool(unit: Unit, *, work_pool_name: str, name: str) -> JsonObject:
    return rows.to_json(await _by_names(unit, work_pool_name, name))


async def update_in_pool(unit: Unit, *, work_pool_name: str, name: str, body: JsonObject) -> None:
    """Change what `body` gives."""
    await _update(unit, await _by_names(unit, work_pool_name, name), body)


async def delete_in_pool(unit: Unit, *, work_pool_name: str, name: str) -> None:
    """Remove a queue; raises `Conflict` for the default queue of its pool."""
    await _delete(unit, await _by_names(unit, work_pool_name, name))


async def filter_in_pool(
    unit: Unit, *, work_pool_name: str, body: JsonObject | None = None
) -> list[JsonObject]:
    """The queues of a pool that a filter finds, by priority."""
    pool = await pools.find(unit, work_pool_name)
    own = c.one_of("work_queue.work_pool_id", [pool["id"]])
    return await _filter(unit, body or {}, [own], _BY_PRIORITY)


# -- by id ---------------------------------------------------------------------------------------


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a queue of the default agent pool."""
    return rows.to_json(await creating.insert(unit, await creating.agent_pool(unit), body))


async def read(unit: Unit, *, id: str) -> JsonObject:
    return rows.to_json(await _by_id(unit, id))


async def read_by_name(unit: Unit, *, name: str) -> JsonObject:
    """A queue of the default agent pool."""
    row = await unit.one(sql.queue_by_names, pool_name=creating.AGENT_POOL, name=name)
    if row is None:
        raise NotFound(f"Work queue {name!r}")
    return rows.to_json(row)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what `body` gives."""
    await _update(unit, await _by_id(unit, id), body)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove a queue; raises `Conflict` for the default queue of its pool."""
    await _delete(unit, await _by_id(unit, id))


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The queues of all pools that a filter finds, by name."""
    return await _filter(unit, body or {}, [], _BY_NAME)


async def get_runs(unit: Unit, *, id: str, body: JsonObject | None = None) -> list[JsonObject]:
    """The runs of a queue that may start next."""
    return await polling.of_queue(unit, await _by_id(unit, id), body or {})


async def concurrency_status(unit: Unit, *, id: str, body: JsonObject | None = None) -> JsonObject:
    """Which runs take slots of the queue."""
    body = body or {}
    queue = await _by_id(unit, id)
    limit, _ = paging.bounds(body)
    first = ((body.get("page") or 1) - 1) * limit
    holders = await unit.all(pools.sql.slots_of_queue, id=id, limit=limit, offset=first)
    return {
        "active_slots": queue["active_slots"],
        "concurrency_limit": queue["concurrency_limit"],
        "flow_runs": [pool_rows.slot(row, unit.now_us) for row in holders],
        **pool_rows.page(body, queue["active_slots"], limit),
    }


async def status(unit: Unit, *, id: str) -> JsonObject:
    """How a queue is doing: healthy when it is asked for runs and none of them is late."""
    queue = await _by_id(unit, id)
    late = await unit.one(sql.late_runs, id=id)
    assert late is not None
    polled_us = queue["last_polled_us"]
    is_fresh = polled_us is not None and polled_us >= unit.now_us - LONGEST_SILENCE_S * 1_000_000
    return {
        "healthy": is_fresh and late["found"] <= MOST_LATE_RUNS,
        "late_runs_count": late["found"],
        "last_polled": instant(polled_us),
        "health_check_policy": {
            "maximum_late_runs": MOST_LATE_RUNS,
            "maximum_seconds_since_last_polled": LONGEST_SILENCE_S,
        },
    }


# -- both ----------------------------------------------------------------------------------------


async def _filter(unit: Unit, body: JsonObject, own: list[Part], order: Part) -> list[JsonObject]:
    limit, offset = paging.bounds(body)
    where = c.every([*own, tables.where("work_queues", tables.WORK_QUEUES, body)])
    statement = sql.queue_filter.fill(where=where, order=order)
    return [rows.to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def _update(unit: Unit, row: Row, body: JsonObject) -> None:
    changes: JsonObject = {}
    for key in ("name", "description", "priority"):
        if body.get(key) is not None:
            changes[key] = body[key]
    if "concurrency_limit" in body:
        changes["concurrency_limit"] = body["concurrency_limit"]
    if body.get("last_polled") is not None:
        changes["last_polled_us"] = from_iso(body["last_polled"])
    if "filter" in body:
        changes["filter"] = None if body["filter"] is None else dumps(body["filter"])
    paused = body.get("is_paused")
    if paused is not None and paused != bool(row["is_paused"]):
        changes["is_paused"] = int(paused)
        changes["paused_us"] = unit.now_us if paused else None
        changes["paused_by"] = unit.owner if paused else None
    if "priority" in changes and changes["priority"] != row["priority"]:
        await creating.place(unit, row, changes["priority"])
    await _write(unit, row, changes)
    if "is_paused" in changes:
        await (states.enter(unit, row, states.PAUSED) if paused else states.after_pause(unit, row))
    await states.tell(unit, row, "updated", fields=sorted(changes))


async def _write(unit: Unit, row: Row, changes: JsonObject) -> None:
    name = changes.get("name")
    if name is not None and name != row["name"]:
        taken = await unit.one(sql.queue_in_pool, work_pool_id=row["work_pool_id"], name=name)
        if taken is not None:
            raise creating.taken_name(name, row["work_pool_name"])
        await unit.run(sql.queue_renamed, id=row["id"], name=name)
    await unit.run(_set(changes), id=row["id"], now_us=unit.now_us, **changes)


async def _delete(unit: Unit, row: Row) -> None:
    pool = await pools.find(unit, row["work_pool_name"])
    if pool["default_queue_id"] == row["id"]:
        raise Conflict("The default queue of a work pool cannot be removed.")
    await unit.run(sql.deployments_leave_queue, id=row["id"])
    await unit.run(sql.runs_leave_queue, id=row["id"])
    await unit.run(sql.queue_delete, id=row["id"])
    await states.tell(unit, row, "deleted")


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.queue_by_id, id=id)
    if row is None:
        raise NotFound(f"Work queue {id}")
    return row


async def _by_names(unit: Unit, pool_name: str, name: str) -> Row:
    row = await unit.one(sql.queue_by_names, pool_name=pool_name, name=name)
    if row is None:
        await pools.find(unit, pool_name)  # says so if there is not even the pool
        raise NotFound(f"Work queue {name!r} of the work pool {pool_name!r}")
    return row
