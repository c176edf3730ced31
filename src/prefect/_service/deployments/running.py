"""Runs of deployments that somebody asks for: one, many, or those of a range of the schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.clock import from_iso
from prefect._base.errors import Invalid, OperationError
from prefect._base.jsontext import loads
from prefect._core.schedule.planning import Wishes, ahead_of
from prefect._core.schedule.reading import fires, read_text
from prefect._service.deployments import columns, parameters, planned
from prefect._service.flow_runs import create as creation
from prefect._service.flow_runs.rows import to_json
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")
queues: Any = lazy.module("prefect._service.work_queues.creating")

Row = Mapping[str, Any]
MOST_AT_ONCE = 100
_TAKEN_OVER = (
    "name",
    "context",
    "empirical_policy",
    "idempotency_key",
    "parent_task_run_id",
    "job_variables",
)


async def create(unit: Unit, deployment: Row, body: JsonObject) -> JsonObject:
    """A run of the deployment; 200 for one that was created under the same idempotency key before."""
    run: JsonObject = {
        **{key: body[key] for key in _TAKEN_OVER if body.get(key) is not None},
        "flow_id": deployment["flow_id"],
        "deployment_id": deployment["id"],
        "state": body.get("state") or {"type": "SCHEDULED"},
        "parameters": await parameters.for_run(unit, deployment, body),
        "tags": list(dict.fromkeys([*loads(deployment["tags"]), *(body.get("tags") or [])])),
        "labels": {**planned.labels(deployment), **(body.get("labels") or {})},
    }
    queue_id, queue_name = deployment["work_queue_id"], deployment["work_queue_name"]
    if body.get("work_queue_name"):
        queue = await queues.named(unit, deployment["work_pool_name"], body["work_queue_name"])
        queue_id, queue_name = queue["id"], queue["name"]
    if body.get("job_variables"):
        parameters.check_job_variables(await columns.queue(unit, queue_id), body["job_variables"])
    if queue_id is not None:  # by names, as for a run without a deployment; it is announced there
        pool_name = deployment["work_pool_name"] or queues.AGENT_POOL
        run |= {"work_pool_name": pool_name, "work_queue_name": queue_name}
    row, is_new = await creation.insert(unit, run)
    if not is_new:
        unit.status = 200
        return to_json(row, unit.now_us)
    await unit.run(
        planned.sql.run_of_deployment,
        id=row["id"],
        deployment_version=deployment["version"],
        work_queue_id=queue_id,
        work_queue_name=queue_name,
    )
    made = await unit.one(planned.sql.run_by_id, id=row["id"])
    assert made is not None
    return to_json(made, unit.now_us)


async def create_many(unit: Unit, deployment: Row, bodies: list[JsonObject]) -> JsonObject:
    """Several runs of the deployment; one that cannot be created does not keep the others from it."""
    if len(bodies) > MOST_AT_ONCE:
        raise Invalid(f"At most {MOST_AT_ONCE} runs can be created at once, {len(bodies)} are asked for.")
    results: list[JsonObject] = []
    for body in bodies:
        try:
            made = await create(unit, deployment, body)
            results.append({"flow_run_id": made["id"], "status": "CREATED", "error": None})
        except OperationError as wrong:
            results.append({"flow_run_id": None, "status": "FAILED", "error": wrong.message})
    unit.status = None
    return {"results": results}


async def schedule(unit: Unit, deployment: Row, schedules: list[Row], body: JsonObject) -> None:
    """Make the runs of a range, as the planner does it from now on.

    From `start_time`, at least `min_runs` and all within `min_time` seconds, at most `max_runs` and none
    after `end_time`; with `backfill` all of the range.
    """
    start_us = unit.now_us if body.get("start_time") is None else from_iso(body["start_time"])
    how = planned.terms(settings.active())
    if body.get("min_runs") is not None:
        how = how._replace(min_runs=body["min_runs"])
    if body.get("max_runs") is not None:
        how = how._replace(max_runs=body["max_runs"])
    if body.get("min_time") is not None:
        how = how._replace(min_time_us=round(float(body["min_time"]) * 1e6))
    if body.get("end_time") is not None:
        how = how._replace(max_time_us=from_iso(body["end_time"]) - start_us)
    made: list[JsonObject] = []
    for row in schedules:
        if not row["active"]:
            continue
        known = read_text(row["schedule"])
        if body.get("backfill"):
            found = fires(known, start_us, until_us=start_us + how.max_time_us, limit=how.max_runs)
        else:
            found = ahead_of(known, start_us, Wishes(), how)
        made += planned.run_rows(unit, deployment, row, found)
    await planned.insert(unit, made)
    if made:
        await unit.emit(planned.PLANNED, deployment["id"])
