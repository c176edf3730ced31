"""What workers get that only ask: the runs that may start next, which then belong to whoever begins first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import from_iso
from prefect._base.jsontext import loads
from prefect._service import paging
from prefect._service.claims import due, polled
from prefect._service.claims.statements import sql
from prefect._service.filtering import conditions as c
from prefect._service.flow_runs.rows import to_json
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject


async def scheduled(unit: Unit, pool: Mapping[str, Any], body: JsonObject) -> list[JsonObject]:
    """The next runs of a pool; a run comes without its state, as only type and name of that matter here."""
    limit, _ = paging.bounds(body)
    found = await due.in_pool(
        unit,
        pool,
        sql.due_in_queue,
        limit=limit,
        before_us=_instant(body, "scheduled_before", due.FOREVER_US),
        after_us=_instant(body, "scheduled_after", 0),
        queue_names=body.get("work_queue_names"),
        strict=True,
    )
    await polled.queues(unit, [queue["id"] for queue in found.queues if not queue["is_paused"]])
    return [
        {
            "work_pool_id": pool["id"],
            "work_queue_id": row["work_queue_id"],
            "flow_run": {**to_json(row, unit.now_us), "state": None},
        }
        for row in found.rows
    ]


async def of_queue(unit: Unit, queue: Mapping[str, Any], body: JsonObject) -> list[JsonObject]:
    """The next runs of one queue.

    A queue of the older kind, with a filter, takes from all runs those with its tags and deployments.
    """
    await polled.queues(unit, [queue["id"]])
    limit, _ = paging.bounds(body)
    free = due.MOST
    if queue["concurrency_limit"] is not None:
        free = max(0, queue["concurrency_limit"] - queue["active_slots"])
    if queue["is_paused"] or not free:
        return []
    where = c.one_of("flow_run.work_queue_id", [queue["id"]])
    if queue["filter"] is not None:
        where = c.every(_filter(loads(queue["filter"])))
    rows = await unit.all(
        sql.due_by_filter.fill(where=where),
        before_us=_instant(body, "scheduled_before", due.FOREVER_US),
        limit=min(limit, free),
    )
    return [to_json(row, unit.now_us) for row in rows]


def _filter(asked: JsonObject) -> list[Any]:
    parts: list[Any] = []
    if asked.get("tags"):
        parts.append(c.has_any("flow_run.tags", asked["tags"]))
    if asked.get("deployment_ids"):
        parts.append(c.one_of("flow_run.deployment_id", asked["deployment_ids"]))
    return parts


def _instant(body: JsonObject, key: str, default: int) -> int:
    given = body.get(key)
    return default if given is None else from_iso(given)
