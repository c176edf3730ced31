"""What templates may speak of: the automation, what has happened, and the things that took part in it."""

from __future__ import annotations

import importlib
from typing import Any

from prefect._base.errors import NotFound
from prefect._base.jsontext import loads
from prefect._service.unit import Unit
from prefect._service.work_pools.operations import read as read_pool
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__, "names.sql")

# the name in templates -> the kind of resource and the operation that reads it by its id
_KINDS: dict[str, tuple[str, str]] = {
    "deployment": ("deployment", "deployments.read"),
    "flow": ("flow", "flows.read"),
    "flow_run": ("flow-run", "flow_runs.read"),
    "task_run": ("task-run", "task_runs.read"),
    "work_queue": ("work-queue", "work_queues.read"),
    "concurrency_limit": ("concurrency-limit", "concurrency_limits.read"),
}


async def of(unit: Unit, invocation: JsonObject) -> dict[str, Any]:
    """The names that the templates of an action can use.

    The states of runs are those that the event tells: by now they may be in others.
    """
    firing: JsonObject = invocation["firing"]
    event: JsonObject | None = invocation["triggering_event"]
    found: dict[str, Any] = {
        "automation": {**invocation["automation"], "_kind": "automation"},
        "event": event,
        "labels": invocation["triggering_labels"],
        "firing": firing,
        "firings": firing["triggering_firings"] or [firing],
        "events": [
            each["triggering_event"]
            for each in firing["triggering_firings"] or [firing]
            if each["triggering_event"]
        ],
        "variables": await variables(unit),
    }
    if event is not None:
        for name, (kind, operation) in _KINDS.items():
            resource = _resource(event, kind)
            if resource is not None:
                found[name] = await _object(unit, kind, operation, resource)
        pool = _resource(event, "work-pool")
        if pool is not None:
            found["work_pool"] = await _pool(unit, pool)
    return found


def _resource(event: JsonObject, kind: str) -> dict[str, str] | None:
    prefix = f"prefect.{kind}."
    for resource in (event["resource"], *event["related"]):
        if resource["prefect.resource.id"].startswith(prefix):
            return resource
    return None


async def _object(unit: Unit, kind: str, operation: str, resource: dict[str, str]) -> JsonObject | None:
    id = resource["prefect.resource.id"].removeprefix(f"prefect.{kind}.")
    module, _, verb = operation.partition(".")
    read = getattr(importlib.import_module(f"prefect._service.{module}.operations"), verb)
    try:
        found: JsonObject = {**await read(unit, id=id), "_kind": kind}
    except NotFound:
        return None
    if "prefect.state-type" in resource:
        found["state"] = {
            "type": resource["prefect.state-type"],
            "name": resource.get("prefect.state-name"),
            "message": resource.get("prefect.state-message"),
            "timestamp": resource.get("prefect.state-timestamp"),
        }
    return found


async def _pool(unit: Unit, resource: dict[str, str]) -> JsonObject | None:
    id = resource["prefect.resource.id"].removeprefix("prefect.work-pool.")
    try:
        return {**await read_pool(unit, name=await of_pool(unit, id)), "_kind": "work-pool"}
    except NotFound:
        return None


async def of_pool(unit: Unit, id: str) -> str:
    """The name of the work pool with this id; raises `NotFound`."""
    row = await unit.one(sql.pool_name, id=id)
    if row is None:
        raise NotFound("Work pool")
    return row["name"]


async def variables(unit: Unit) -> dict[str, Any]:
    """The values of all variables, by name."""
    return {row["name"]: loads(row["value"]) for row in await unit.all(sql.variables)}
