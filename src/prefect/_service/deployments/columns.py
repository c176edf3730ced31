"""From the body of a request to the columns of a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps, loads
from prefect._service.deployments import limits, parameters
from prefect._service.deployments.statements import sql
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

queues: Any = lazy.module("prefect._service.work_queues.creating")

Row = Mapping[str, Any]
# columns that hold what was sent, and those that hold it as JSON with what stands for null
_PLAIN = (
    "version",
    "description",
    "concurrency_limit",
    "global_concurrency_limit_id",
    "storage_document_id",
    "infrastructure_document_id",
    "path",
    "entrypoint",
)
_FLAGS = ("paused", "enforce_parameter_schema")
_AS_JSON: Mapping[str, Any] = {
    "parameter_openapi_schema": {},
    "parameters": {},
    "tags": [],
    "pull_steps": [],
    "job_variables": {},
    "concurrency_options": None,
    "version_info": None,
}
# what the runs of a deployment take over from it
OF_RUNS = ("version", "parameters", "tags", "labels", "work_queue_id", "work_queue_name")
_set = Changing(sql.deployment_set)


async def change(unit: Unit, before: Row, body: JsonObject) -> None:
    """Set the columns that `body` gives, if any of them differs."""
    if body.get("concurrency_limit") and body.get("global_concurrency_limit_id"):
        raise Invalid("Give either concurrency_limit or global_concurrency_limit_id, not both.")
    id = before["id"]
    changes: JsonObject = {column: body[column] for column in _PLAIN if column in body}
    for column in _FLAGS:
        if body.get(column) is not None:
            changes[column] = int(body[column])
    if "paused" in changes and changes["paused"] != before["paused"]:
        changes["paused_us"] = unit.now_us if changes["paused"] else None
        changes["paused_by"] = unit.owner if changes["paused"] else None
    for column, nothing in _AS_JSON.items():
        if column in body:
            value = body[column] if body[column] is not None else nothing
            changes[column] = None if value is None else dumps(value)
    if body.get("labels"):
        changes["labels"] = dumps({**loads(before["labels"]), **body["labels"]})
    queue_id = await _queue_id(unit, before, body, changes)
    if "job_variables" in changes or queue_id != before["work_queue_id"]:
        wanted = loads(changes.get("job_variables") or before["job_variables"])
        parameters.check_job_variables(await queue(unit, queue_id), wanted)
    changes |= await limits.change(unit, id, body)
    changes = {column: value for column, value in changes.items() if value != before[column]}
    if changes:
        await unit.run(_set(changes), id=id, now_us=unit.now_us, **changes)


async def queue(unit: Unit, queue_id: str | None) -> Row | None:
    """The queue of a deployment with the template of its pool."""
    return None if queue_id is None else await unit.one(sql.queue_of_deployment, id=queue_id)


async def _queue_id(unit: Unit, before: Row, body: JsonObject, changes: JsonObject) -> str | None:
    """The queue that `body` names, made if its pool has none of that name; null takes it away."""
    if "work_pool_name" not in body and "work_queue_name" not in body:
        return before["work_queue_id"]
    pool_name: str | None = body.get("work_pool_name", before["work_pool_name"])
    queue_name: str | None = body.get("work_queue_name")
    if pool_name is None and queue_name is None:
        changes |= {"work_queue_id": None, "work_queue_name": None}
        return None
    found = await queues.named(unit, pool_name, queue_name)
    changes |= {"work_queue_id": found["id"], "work_queue_name": found["name"]}
    return found["id"]
