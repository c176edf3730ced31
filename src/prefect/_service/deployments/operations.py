"""Operations on deployments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.errors import Conflict, Invalid, NotFound, StoreConstraint
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.deployments import limits, schedules
from prefect._service.deployments.rows import to_json
from prefect._service.deployments.statements import sql
from prefect._service.filtering import tables
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]

ORDERS: Mapping[str, str] = {
    "CREATED_DESC": "deployment.created_us DESC, deployment.id DESC",
    "UPDATED_DESC": "deployment.updated_us DESC, deployment.id DESC",
    "NAME_ASC": "deployment.name ASC, deployment.id",
    "NAME_DESC": "deployment.name DESC, deployment.id",
}
# columns that hold what was sent, and those that hold it as JSON with what stands for null
_PLAIN = (
    "version",
    "description",
    "concurrency_limit",
    "global_concurrency_limit_id",
    "work_queue_name",
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
_set = Changing(sql.deployment_set)


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a deployment, or change the one of that flow and name.

    What is left out stays as it was; only parameters and schedules become those of `body` in any case.
    """
    _refuse_pool(body)
    existing = await unit.one(sql.deployment_by_key, flow_id=body["flow_id"], name=body["name"])
    if existing is None:
        id = await _insert(unit, body)
        topic = "prefect.deployment.created"
    else:
        id, topic = existing["id"], "prefect.deployment.updated"
        unit.status = 200
    await _change(unit, id, {**body, "parameters": body.get("parameters") or {}})
    await schedules.replace(unit, id, body.get("schedules") or [])
    await unit.emit(topic, id)
    return await read(unit, id=id)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what `body` gives."""
    _refuse_pool(body)
    if not await _change(unit, id, body):
        raise NotFound("Deployment")
    await schedules.change(unit, id, body.get("schedules") or [])
    await unit.emit("prefect.deployment.updated", id)


async def read(unit: Unit, *, id: str) -> JsonObject:
    return await _told(unit, await unit.one(sql.deployment_by_id, id=id))


async def read_by_name(unit: Unit, *, flow_name: str, deployment_name: str) -> JsonObject:
    found = await unit.one(sql.deployment_by_names, flow_name=flow_name, deployment_name=deployment_name)
    return await _told(unit, found)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove the deployment with its schedules; its runs stay."""
    if not await unit.run(sql.deployment_delete, id=id):
        raise NotFound("Deployment")
    await limits.remove_own(unit, id)
    await unit.emit("prefect.deployment.deleted", id)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The deployments that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.deployment_filter.fill(
        where=tables.where("deployments", tables.DEPLOYMENTS, body),
        order=tables.order(ORDERS, body.get("sort"), "NAME_ASC"),
    )
    rows = await unit.all(statement, limit=limit, offset=offset)
    found = await schedules.of(unit, [row["id"] for row in rows])
    limited = await limits.of(unit, rows)
    return [to_json(row, found[row["id"]], limited.get(row["id"])) for row in rows]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many deployments a filter finds."""
    where = tables.where("deployments", tables.DEPLOYMENTS, body or {})
    row = await unit.one(sql.deployment_count.fill(where=where))
    assert row is not None
    return row["found"]


async def _told(unit: Unit, row: Row | None) -> JsonObject:
    if row is None:
        raise NotFound("Deployment")
    found = await schedules.of(unit, [row["id"]])
    limited = await limits.of(unit, [row])
    return to_json(row, found[row["id"]], limited.get(row["id"]))


async def _insert(unit: Unit, body: JsonObject) -> str:
    id, flow_id = unit.new_id(), body["flow_id"]
    given: JsonObject = body.get("labels") or {}
    labels = {"prefect.flow.id": flow_id, **given}
    try:
        await unit.run(
            sql.deployment_insert,
            id=id,
            now_us=unit.now_us,
            name=body["name"],
            flow_id=flow_id,
            labels=dumps(labels),
        )
    except StoreConstraint as error:
        raise Conflict(f"The deployment names a flow that does not exist: {flow_id}.") from error
    return id


async def _change(unit: Unit, id: str, body: JsonObject) -> bool:
    """Set the columns that `body` gives; whether there is such a deployment."""
    changes: JsonObject = {column: body[column] for column in _PLAIN if column in body}
    for column in _FLAGS:
        if body.get(column) is not None:
            changes[column] = int(body[column])
    for column, nothing in _AS_JSON.items():
        if column in body:
            value = body[column] if body[column] is not None else nothing
            changes[column] = None if value is None else dumps(value)
    changes |= await limits.change(unit, id, body)
    return bool(await unit.run(_set(changes), id=id, now_us=unit.now_us, **changes))


def _refuse_pool(body: JsonObject) -> None:
    if body.get("work_pool_name"):
        raise NotFound(f"Work pool {body['work_pool_name']!r}")
    if body.get("concurrency_limit") and body.get("global_concurrency_limit_id"):
        raise Invalid("Give either concurrency_limit or global_concurrency_limit_id, not both.")
