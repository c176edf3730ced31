"""The lists of flows and of deployments, with the runs that each had last and will have next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prefect._base.clock import from_iso
from prefect._base.jsontext import dumps, loads
from prefect._service.filtering import conditions as c
from prefect._service.runs.values import decoded, instant, run_time_s
from prefect._service.unit import Unit
from prefect._service.views import joined
from prefect._service.views.joined import sql
from prefect._store.sql import Part, Statement
from prefect._wire.operation import JsonObject

# how many runs the strip of a row shows
STRIP = 20
MOST_PLANNED = 5_000


async def flows(unit: Unit, body: JsonObject) -> JsonObject:
    """A page of flows."""
    where = c.every(_conditions(body, "flow"))
    order = _order(body, "flow")
    rows = await unit.all(
        sql.flow_page.fill(where=where, order=order),
        limit=body.get("limit", 50),
        offset=body.get("offset", 0),
    )
    ids = [row["id"] for row in rows]
    counted = await unit.all(sql.deployments_of_flows, ids=dumps(ids))
    deployments = {row["flow_id"]: row["found"] for row in counted}
    total = await unit.one(sql.flow_count.fill(where=where))
    assert total is not None
    return {
        "rows": [
            {
                "id": row["id"],
                "name": row["name"],
                "created": instant(row["created_us"]),
                "tags": decoded(row["tags"], "[]", []),
                "deployments": deployments.get(row["id"], 0),
                "runs": await _strip(unit, sql.last_runs, row["id"]),
                "next": await _next(unit, sql.next_run, row["id"]),
            }
            for row in rows
        ],
        "count": total["found"],
    }


async def deployments(unit: Unit, body: JsonObject) -> JsonObject:
    """A page of deployments."""
    where = c.every(_conditions(body, "deployment"))
    rows = await unit.all(
        sql.deployment_page.fill(where=where, order=_order(body, "deployment")),
        limit=body.get("limit", 50),
        offset=body.get("offset", 0),
    )
    queues = await joined.by_id(unit, sql.pool_names, (row["work_queue_id"] for row in rows))
    schedules: dict[str, list[JsonObject]] = {}
    for each in await unit.all(sql.schedules_of, ids=dumps([row["id"] for row in rows])):
        told = {"id": each["id"], "slug": each["slug"], "schedule": loads(each["schedule"])}
        schedules.setdefault(each["deployment_id"], []).append({**told, "active": bool(each["active"])})
    total = await unit.one(sql.deployment_count.fill(where=where))
    assert total is not None
    return {
        "rows": [
            {
                "id": row["id"],
                "name": row["name"],
                "flow": {"id": row["flow_id"], "name": row["flow_name"]},
                "created": instant(row["created_us"]),
                "paused": bool(row["paused"]),
                "status": row["status"],
                "polled": instant(row["last_polled_us"]),
                "tags": decoded(row["tags"], "[]", []),
                "work_pool": _pool(queues, row["work_queue_id"]),
                "schedules": schedules.get(row["id"], []),
                "runs": await _strip(unit, sql.last_runs_of_deployment, row["id"]),
                "next": await _next(unit, sql.next_run_of_deployment, row["id"]),
            }
            for row in rows
        ],
        "count": total["found"],
    }


async def schedule(unit: Unit, since: str, until: str) -> JsonObject:
    """Planned and past runs of deployments in a range of time."""
    rows = await unit.all(
        sql.planned_runs, since=from_iso(since), until=from_iso(until), limit=MOST_PLANNED + 1
    )
    shown = rows[:MOST_PLANNED]
    flows_ = await joined.by_id(unit, sql.flow_names, (row["flow_id"] for row in shown))
    deployments_ = await joined.by_id(unit, sql.deployment_names, (row["deployment_id"] for row in shown))
    return {
        "runs": [
            {
                "id": row["id"],
                "name": row["name"],
                "state_type": row["state_type"],
                "state_name": row["state_name"],
                "at": instant(row["at_us"]),
                "duration": run_time_s(row, unit.now_us),
                "flow": joined.named(flows_, row["flow_id"]),
                "deployment": joined.named(deployments_, row["deployment_id"]),
            }
            for row in shown
        ],
        "is_cut": len(rows) > MOST_PLANNED,
    }


def _conditions(body: JsonObject, table: str) -> Iterator[Part]:
    if body.get("search"):
        found = [c.contains(f"{table}.name", body["search"])]
        if table == "deployment":
            found.append(c.contains("flow.name", body["search"]))
        yield c.some(found)
    if body.get("tags"):
        yield c.has_all(f"{table}.tags", body["tags"])
    if body.get("flow_id"):
        yield c.compared("deployment.flow_id", "=", body["flow_id"])
    if body.get("work_pool"):
        queues = (
            "deployment.work_queue_id IN (SELECT work_queue.id FROM work_queue"
            " JOIN work_pool ON work_pool.id = work_queue.work_pool_id WHERE {})"
        )
        yield c.Within(queues, c.compared("work_pool.name", "=", body["work_pool"]))


def _order(body: JsonObject, table: str) -> Part:
    orders = {
        "NAME_ASC": f"{table}.name, {table}.id",
        "NAME_DESC": f"{table}.name DESC, {table}.id",
        "CREATED_DESC": f"{table}.created_us DESC, {table}.id",
    }
    return c.Text(orders[body.get("sort", "NAME_ASC")])


def _pool(queues: Mapping[str, Mapping[str, Any]], id: str | None) -> JsonObject | None:
    queue = queues.get(id) if id is not None else None
    return None if queue is None else {"name": queue["pool"], "queue": queue["name"]}


async def _strip(unit: Unit, statement: Statement, id: str) -> list[JsonObject]:
    """The last runs of something, the oldest first."""
    rows = await unit.all(statement, id=id, limit=STRIP)
    return [joined.point(row, unit.now_us) for row in reversed(rows)]


async def _next(unit: Unit, statement: Statement, id: str) -> JsonObject | None:
    row = await unit.one(statement, id=id)
    if row is None:
        return None
    return {"id": row["id"], "name": row["name"], "at": instant(row["next_scheduled_us"])}
