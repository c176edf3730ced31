"""Operations on deployments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from prefect._base import lazy
from prefect._base.errors import Conflict, NotFound, StoreConstraint
from prefect._base.jsontext import dumps, loads
from prefect._core import redeploy
from prefect._service import paging
from prefect._service.deployments import backfills, columns, limits, planned, polling, running, schedules
from prefect._service.deployments.rows import schedule_json, to_json
from prefect._service.deployments.statements import sql
from prefect._service.filtering import tables
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

work_queues: Any = lazy.module("prefect._service.work_queues.operations")

Row = Mapping[str, Any]

ORDERS: Mapping[str, str] = {
    "CREATED_DESC": "deployment.created_us DESC, deployment.id DESC",
    "UPDATED_DESC": "deployment.updated_us DESC, deployment.id DESC",
    "NAME_ASC": "deployment.name ASC, deployment.id",
    "NAME_DESC": "deployment.name DESC, deployment.id",
}


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a deployment, or change the one of that flow and name.

    What is left out stays as it was, and so does what somebody changed by hand since the last time, unless
    `body` says something else than it did then; see :mod:`prefect._core.redeploy`.
    """
    before = await unit.one(sql.deployment_by_key, flow_id=body["flow_id"], name=body["name"])
    whole: JsonObject = {**body, "parameters": body.get("parameters") or {}}
    if before is None:
        before = await _insert(unit, body)
        topic, found = "prefect.deployment.created", redeploy.merge({}, {}, whole)
    else:
        topic, found = "prefect.deployment.updated", await _merged(unit, before, whole)
        unit.status = 200
    id = before["id"]
    await columns.change(unit, before, found.values)
    changed = await schedules.carry_out(unit, id, found.schedules)
    await unit.run(sql.deployment_deployed, id=id, deployed=dumps(_snapshot(whole)))
    await _renew(unit, before, changed)
    await unit.emit(topic, id)
    return await read(unit, id=id)


async def plan(unit: Unit, *, body: JsonObject) -> JsonObject:
    """What `create` would do, without doing it."""
    before = await unit.one(sql.deployment_by_key, flow_id=body["flow_id"], name=body["name"])
    whole: JsonObject = {**body, "parameters": body.get("parameters") or {}}
    found = redeploy.merge({}, {}, whole) if before is None else await _merged(unit, before, whole)
    return {
        "deployment_id": None if before is None else before["id"],
        "changes": [asdict(change) for change in found.changes],
    }


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what `body` gives."""
    before = await _row(unit, id)
    await columns.change(unit, before, body)
    changed = await schedules.change(unit, id, body.get("schedules") or [])
    await _renew(unit, before, changed)
    await unit.emit("prefect.deployment.updated", id)


async def read(unit: Unit, *, id: str) -> JsonObject:
    return await _told(unit, await _row(unit, id))


async def read_by_name(unit: Unit, *, flow_name: str, deployment_name: str) -> JsonObject:
    found = await unit.one(sql.deployment_by_names, flow_name=flow_name, deployment_name=deployment_name)
    if found is None:
        raise NotFound(f"Deployment {flow_name}/{deployment_name}")
    return await _told(unit, found)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove the deployment with its schedules and the runs that wait for their beginning; others stay."""
    await unit.run(planned.sql.states_of_waiting_delete, deployment_id=id)
    await unit.run(planned.sql.waiting_delete, deployment_id=id)
    if not await unit.run(sql.deployment_delete, id=id):
        raise missing(id)
    await limits.remove_own(unit, id)
    await unit.emit("prefect.deployment.deleted", id)


async def bulk_delete(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    """Remove the deployments that a filter finds, at most 50; the ids of those."""
    body = body or {}
    where = tables.where("deployments", tables.DEPLOYMENTS, {"deployments": body.get("deployments")})
    found = await unit.all(sql.deployments_found.fill(where=where), limit=body.get("limit") or 50)
    for row in found:
        await delete(unit, id=row["id"])
    return {"deleted": [row["id"] for row in found]}


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The deployments that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    return await _page(unit, body, limit, offset)


async def paginate(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    """One page of the deployments that a filter finds, with the number of all of them."""
    body = body or {}
    limit, _ = paging.bounds(body)
    page: int = body.get("page") or 1
    found = await count(unit, body=body)
    return {
        "results": await _page(unit, body, limit, (page - 1) * limit),
        "count": found,
        "limit": limit,
        "pages": -(-found // limit) if limit else 0,
        "page": page,
    }


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many deployments a filter finds."""
    where = tables.where("deployments", tables.DEPLOYMENTS, body or {})
    row = await unit.one(sql.deployment_count.fill(where=where))
    assert row is not None
    return row["found"]


async def pause(unit: Unit, *, id: str) -> None:
    """Make no more runs by schedules; those that were made ahead and have not begun are removed."""
    await _set_paused(unit, id, True)


async def resume(unit: Unit, *, id: str) -> None:
    """Make runs by schedules again, from now on."""
    await _set_paused(unit, id, False)


async def read_schedules(unit: Unit, *, id: str) -> list[JsonObject]:
    """The schedules of a deployment."""
    await _row(unit, id)
    return [schedule_json(row) for row in await schedules.of_one(unit, id)]


async def create_schedules(unit: Unit, *, id: str, body: list[JsonObject]) -> list[JsonObject]:
    """Give a deployment further schedules."""
    before = await _row(unit, id)
    made = [await schedules.insert(unit, id, each) for each in body]
    await _renew(unit, before, set(made))
    rows = {row["id"]: row for row in await schedules.of_one(unit, id)}
    await unit.emit("prefect.deployment.updated", id)
    return [schedule_json(rows[each]) for each in made]


async def update_schedule(unit: Unit, *, id: str, schedule_id: str, body: JsonObject) -> None:
    """Change what `body` gives of a schedule; what it gives as null stays."""
    before = await _row(unit, id)
    row = await schedules.find(unit, id, schedule_id)
    if await schedules.update(unit, row, body):
        await _renew(unit, before, {schedule_id})
        await unit.emit("prefect.deployment.updated", id)


async def delete_schedule(unit: Unit, *, id: str, schedule_id: str) -> None:
    """Remove a schedule with the runs that it made ahead."""
    await _row(unit, id)
    await schedules.find(unit, id, schedule_id)
    await schedules.remove(unit, schedule_id)
    await unit.emit("prefect.deployment.updated", id)


async def schedule(unit: Unit, *, id: str, body: JsonObject | None = None) -> None:
    """Make the runs of a range at once; see :func:`prefect._service.deployments.running.schedule`."""
    await running.schedule(unit, await _row(unit, id), await schedules.of_one(unit, id), body or {})


async def create_flow_run(unit: Unit, *, id: str, body: JsonObject) -> JsonObject:
    """Create a run of a deployment; without a state it is to be started at once."""
    return await running.create(unit, await _row(unit, id), body)


async def create_flow_runs(unit: Unit, *, id: str, body: list[JsonObject]) -> JsonObject:
    """Create many runs of a deployment; what became of each of them."""
    return await running.create_many(unit, await _row(unit, id), body)


async def get_scheduled_flow_runs(unit: Unit, *, body: JsonObject) -> list[JsonObject]:
    """The runs of some deployments that wait to be started; who asks keeps those deployments ready."""
    return await polling.scheduled(unit, body)


async def work_queue_check(unit: Unit, *, id: str) -> list[JsonObject]:
    """The queues from which the runs of a deployment are taken."""
    row = await _row(unit, id)
    if row["work_queue_id"] is None:
        return []
    return [await work_queues.read(unit, id=row["work_queue_id"])]


async def backfill(unit: Unit, *, id: str, body: JsonObject) -> JsonObject:
    """Begin to create the runs of a schedule that are missing in a range."""
    return await backfills.create(unit, await _row(unit, id), await schedules.of_one(unit, id), body)


async def read_backfills(unit: Unit, *, id: str) -> list[JsonObject]:
    """The backfills of a deployment, the newest first."""
    await _row(unit, id)
    return await backfills.of(unit, id)


async def read_backfill(unit: Unit, *, id: str, backfill_id: str) -> JsonObject:
    return await backfills.read(unit, id, backfill_id)


async def update_backfill(unit: Unit, *, id: str, backfill_id: str, body: JsonObject) -> JsonObject:
    """Pause a backfill, let it go on, end it, or change how many of its runs there are at once."""
    return await backfills.update(unit, id, backfill_id, body)


def missing(id: str) -> NotFound:
    return NotFound(f"Deployment with id {id}")


async def _row(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.deployment_by_id, id=id)
    if row is None:
        raise missing(id)
    return row


async def _told(unit: Unit, row: Row) -> JsonObject:
    found = await schedules.of_one(unit, row["id"])
    limited = await limits.of(unit, [row])
    return to_json(row, found, limited.get(row["id"]))


async def _page(unit: Unit, body: JsonObject, limit: int, offset: int) -> list[JsonObject]:
    statement = sql.deployment_filter.fill(
        where=tables.where("deployments", tables.DEPLOYMENTS, body),
        order=tables.order(ORDERS, body.get("sort"), "NAME_ASC"),
    )
    rows = await unit.all(statement, limit=limit, offset=offset)
    found = await schedules.of(unit, [row["id"] for row in rows])
    limited = await limits.of(unit, rows)
    return [to_json(row, found[row["id"]], limited.get(row["id"])) for row in rows]


async def _set_paused(unit: Unit, id: str, paused: bool) -> None:
    before = await _row(unit, id)
    await columns.change(unit, before, {"paused": paused})
    await _renew(unit, before, set())
    await unit.emit("prefect.deployment.updated", id)


async def _renew(unit: Unit, before: Row, changed: set[str]) -> None:
    """Let the runs that were made ahead follow a deployment that was changed."""
    after = await _row(unit, before["id"])
    existing = await schedules.of_one(unit, before["id"])
    if any(after[column] != before[column] for column in columns.OF_RUNS):
        changed = {row["id"] for row in existing}
    await planned.renew(unit, after, existing, changed)


async def _merged(unit: Unit, before: Row, wanted: JsonObject) -> redeploy.Redeployment:
    """What deploying `wanted` does to the deployment that stands."""
    told = await _told(unit, before)
    limit = told["global_concurrency_limit"]
    is_own = limit is not None and limit["name"] == limits.OWN + before["id"]
    standing: JsonObject = {
        **told,
        "concurrency_limit": limit["limit"] if limit is not None and is_own else None,
        "global_concurrency_limit_id": None if limit is None or is_own else limit["id"],
    }
    return redeploy.merge(loads(before["deployed"] or "{}"), standing, wanted)


def _snapshot(body: JsonObject) -> JsonObject:
    """What is to be remembered of a body: the code's own parts are not compared with it."""
    return {name: value for name, value in body.items() if name not in redeploy.OF_CODE}


async def _insert(unit: Unit, body: JsonObject) -> Row:
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
    return await _row(unit, id)
