"""Noting that queues and deployments are asked for runs: that makes them READY."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from prefect._base import lazy
from prefect._service.claims.statements import sql
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Part

queue_states: Any = lazy.module("prefect._service.work_queues.status")

# who asks more often than this is not noted each time
QUIET_US = 5_000_000
# the deployments of a queue are noted with it, less often, as there may be many
SETTLED_US = 20_000_000


async def queues(unit: Unit, ids: Collection[str]) -> None:
    """Some queues were asked for runs: they, and the deployments that send their runs there, are READY."""
    if not ids:
        return
    listed = list(ids)
    where = c.one_of("work_queue.id", listed)
    for queue in await unit.all(sql.queues_asleep.fill(where=where)):
        await queue_states.enter(unit, queue, queue_states.READY)
    before_us = unit.now_us - QUIET_US
    if await unit.run(sql.queues_polled.fill(where=where), now_us=unit.now_us, before_us=before_us):
        await _ready(unit, c.one_of("deployment.work_queue_id", listed), unit.now_us - SETTLED_US)


async def deployments(unit: Unit, ids: Collection[str]) -> None:
    """Some deployments were asked for runs: they are READY."""
    if not ids:
        return
    await _ready(unit, c.one_of("deployment.id", list(ids)), unit.now_us - QUIET_US)


async def _ready(unit: Unit, where: Part, before_us: int) -> None:
    """Deployments were asked for runs, as was last noted at `before_us` or before."""
    for deployment in await unit.all(sql.deployments_asleep.fill(where=where)):
        body = {"name": deployment["name"], "flow_id": deployment["flow_id"]}
        await unit.emit("prefect.deployment.ready", deployment["id"], body)
    await unit.run(sql.deployments_polled.fill(where=where), now_us=unit.now_us, before_us=before_us)
