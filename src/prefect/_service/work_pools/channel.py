"""What the channel of a worker reads and writes: joining a pool, staying in it, and what is new there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prefect._base.errors import NotFound
from prefect._service.claims.statements import sql as claims
from prefect._service.unit import Unit
from prefect._service.work_pools import operations, rows
from prefect._service.work_pools.statements import sql
from prefect._service.work_queues.statements import sql as work_queues
from prefect._service.workers import cleanup
from prefect._service.workers import operations as workers
from prefect._wire.operation import JsonObject

# of these keys workers want to know when they change
_FOLLOWED = ("base_job_template", "concurrency_limit", "is_paused", "storage_configuration")


@dataclass(frozen=True, slots=True)
class Seen:
    """A pool as a worker knows it; two are equal when nothing that matters to workers has changed."""

    followed: JsonObject
    pool: JsonObject = field(compare=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """A worker in its pool, with the queues that it asked for by name."""

    pool_id: str
    worker_id: str
    queues: list[JsonObject]
    seen: Seen


@dataclass(frozen=True, slots=True)
class Look:
    """What is new in a pool; `seen` is None when the pool is gone."""

    seen: Seen | None
    after: int
    messages: list[JsonObject] = field(default_factory=list[JsonObject])


async def join(unit: Unit, pool_name: str, hello: JsonObject) -> Joined:
    """Note the worker that says hello; raises if there is no such pool and none is to be made."""
    if await unit.one(sql.pool_bare, name=pool_name) is None:
        if not hello["create_pool_if_not_found"]:
            raise operations.missing(pool_name)
        body = {
            "name": pool_name,
            "type": hello["worker_type"],
            "base_job_template": hello["default_base_job_template"],
        }
        await operations.create(unit, body=body)
    pool = await operations.find(unit, pool_name)
    await workers.beat(unit, pool, hello["worker_name"], hello["heartbeat_interval_seconds"])
    worker = await unit.one(workers.sql.worker_named, work_pool_id=pool["id"], name=hello["worker_name"])
    assert worker is not None
    queues: list[JsonObject] = []
    for name in hello["work_queue_names"]:
        queue = await unit.one(work_queues.queue_in_pool, work_pool_id=pool["id"], name=name)
        if queue is not None:
            queues.append({"id": queue["id"], "name": queue["name"]})
    seen = await _seen(unit, pool["id"])
    assert seen is not None
    return Joined(pool["id"], worker["id"], queues, seen)


async def beat(unit: Unit, joined: Joined, worker_name: str, interval_s: float) -> None:
    """The worker is still there; raises `NotFound` when its pool is not."""
    pool = await unit.one(sql.pool_by_id, id=joined.pool_id)
    if pool is None:
        raise NotFound("Work pool")
    await workers.beat(unit, pool, worker_name, interval_s)


async def look(unit: Unit, joined: Joined, *, consumer: str, kinds: Sequence[str], room: int) -> Look:
    """The pool as it is now, and messages for the worker as far as it has room for them."""
    newest = await unit.one(claims.newest_entry)
    assert newest is not None
    seen = await _seen(unit, joined.pool_id)
    if seen is None or room <= 0 or not kinds:
        return Look(seen, newest["seq"])
    queue_ids = [queue["id"] for queue in joined.queues]
    messages = await cleanup.reserve(
        unit, joined.pool_id, consumer, kinds=kinds, queue_ids=queue_ids, limit=room
    )
    return Look(seen, newest["seq"], messages)


async def _seen(unit: Unit, pool_id: str) -> Seen | None:
    row: Mapping[str, Any] | None = await unit.one(sql.pool_by_id, id=pool_id)
    if row is None:
        return None
    pool = rows.to_json(row)
    return Seen({key: pool[key] for key in _FOLLOWED}, pool)
