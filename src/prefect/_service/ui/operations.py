"""What pages of the web UI ask for: counts, and runs as points over time."""

from __future__ import annotations

from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Invalid
from prefect._service.filtering import conditions, tables
from prefect._service.runs import orders
from prefect._service.runs.values import lateness_s, run_time_s
from prefect._service.task_runs import operations as task_runs
from prefect._service.ui import schemas
from prefect._service.unit import Unit
from prefect._store.sql import Part, Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
INTERVALS = 20
MOST_RUNS = 1000
_TYPES = (
    "COMPLETED",
    "PENDING",
    "RUNNING",
    "FAILED",
    "CANCELLED",
    "CRASHED",
    "PAUSED",
    "CANCELLING",
    "SCHEDULED",
)


async def count_deployments(unit: Unit, *, body: JsonObject) -> dict[str, int]:
    """How many deployments each flow has."""
    where = conditions.one_of("flow_id", body["flow_ids"])
    found = {row["flow_id"]: row["found"] for row in await unit.all(sql.deployments_of.fill(where=where))}
    return {id: found.get(id, 0) for id in body["flow_ids"]}


async def next_runs(unit: Unit, *, body: JsonObject) -> dict[str, JsonObject | None]:
    """The run of each flow that is due next."""
    found: dict[str, JsonObject | None] = {}
    for id in body["flow_ids"]:
        row = await unit.one(sql.next_run_of, flow_id=id, now_us=unit.now_us)
        if row is not None:
            row["next_scheduled_start_time"] = to_iso(row.pop("next_scheduled_us"))
        found[id] = row
    return found


async def runs_over_time(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """Flow runs as points: when, how long, how late."""
    asked = body or {}
    limit, offset = asked.get("limit", MOST_RUNS), asked.get("offset", 0)
    if not 0 <= limit <= MOST_RUNS or offset < 0:
        raise Invalid(f"`limit` has to be from 0 to {MOST_RUNS}, and `offset` not below 0.")
    statement = sql.runs_over_time.fill(
        where=tables.where("flow_runs", tables.FLOW_RUNS, asked),
        order=tables.order(orders.FLOW_RUNS, asked.get("sort"), "EXPECTED_START_TIME_DESC"),
    )
    return [
        {
            "id": row["id"],
            "state_type": row["state_type"],
            "timestamp": to_iso(row["start_us"] or row["expected_start_us"]),
            "duration": run_time_s(row, unit.now_us),
            "lateness": lateness_s(row, unit.now_us),
        }
        for row in await unit.all(statement, limit=limit, offset=offset)
    ]


async def count_task_runs(unit: Unit, *, body: JsonObject) -> dict[str, int]:
    """How many task runs each flow run has."""
    where = conditions.one_of("flow_run_id", body["flow_run_ids"])
    found = {row["flow_run_id"]: row["found"] for row in await unit.all(sql.task_runs_of.fill(where=where))}
    return {id: found.get(id, 0) for id in body["flow_run_ids"]}


async def task_runs_over_time(unit: Unit, *, body: JsonObject) -> list[JsonObject]:
    """How many task runs ended well and badly, in 20 intervals of the time that the filter names."""
    start_us, end_us = _period(body, unit.now_us)
    step_us = max(1, -(-(end_us - start_us) // INTERVALS))
    span = {"start_us": start_us, "end_us": end_us, "step_us": step_us}
    if _asks_for_time_alone(body):
        rows = await unit.all(sql.ended_in_parts, **span, parts=INTERVALS)
    else:
        rows = await unit.all(sql.ended_over_time.fill(where=_where(body)), **span)
    found = {row["place"]: row for row in rows}
    return [
        {
            "completed": int(found[place]["completed"]) if place in found else 0,
            "failed": int(found[place]["failed"]) if place in found else 0,
        }
        for place in range(INTERVALS)
    ]


async def task_runs_by_state(unit: Unit, *, body: JsonObject | None = None) -> dict[str, int]:
    """How many task runs are in each type of state."""
    asked = body or {}
    statement = sql.by_state_in_time if _asks_for_time_alone(asked) else sql.by_state
    rows = await unit.all(statement.fill(where=_where(asked)))
    return dict.fromkeys(_TYPES, 0) | {row["state_type"]: row["found"] for row in rows}


async def task_run(unit: Unit, *, id: str) -> JsonObject:
    """A task run with the name of its flow run."""
    found = await task_runs.read(unit, id=id)
    run = None if found["flow_run_id"] is None else await unit.one(sql.flow_run_name, id=found["flow_run_id"])
    return {**found, "flow_run_name": None if run is None else run["name"]}


async def validate(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Whether values fit a schema. Raises `Invalid` if that is none."""
    errors = schemas.errors(body["schema"] if "schema" in body else body["schema_"], body["values"])
    return {"errors": errors, "valid": not errors}


def _asks_for_time_alone(body: JsonObject) -> bool:
    """Whether the filter names nothing but when the task runs began."""
    given = {key: value for key, value in body.items() if value}
    asked: JsonObject = given.get("task_runs") or {}
    bounds: JsonObject = asked.get("start_time") or {}
    named = {key for key, value in asked.items() if value is not None and key != "operator"}
    return set(given) == {"task_runs"} and named == {"start_time"} and bounds.get("is_null_") is None


def _where(body: JsonObject) -> Part:
    asked = dict(body)
    if "work_queues" in asked:
        asked["work_pool_queues"] = asked.pop("work_queues")
    return tables.where("task_runs", tables.TASK_RUNS, asked)


def _period(body: JsonObject, now_us: int) -> tuple[int, int]:
    """The time that the filter of task runs names, or that of flow runs."""
    for key in ("task_runs", "flow_runs"):
        asked: JsonObject = body.get(key) or {}
        bounds: JsonObject = asked.get("start_time") or {}
        if bounds.get("after_"):
            end = bounds.get("before_")
            return from_iso(bounds["after_"]), (from_iso(end) if end else now_us) + 1
    raise Invalid("The filter has to name a time: task_runs.start_time.after_.")
