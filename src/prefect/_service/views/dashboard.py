"""What the dashboard shows: counts over time, where runs fail, what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base.clock import from_iso, to_iso
from prefect._service.counts import reading as counts
from prefect._service.filtering import conditions as c
from prefect._service.runs.values import instant
from prefect._service.unit import Unit
from prefect._service.views import joined
from prefect._service.views.joined import sql
from prefect._store.sql import Part
from prefect._wire.operation import JsonObject

# a run is late when it has waited for so long
LATE_US = 15_000_000
# from here on a time is long
LONG_US = 5 * 86_400_000_000
MOST_LATE, MOST_POOLS, MOST_OF_EACH = 20, 50, 50
_FAILED = ("FAILED", "CRASHED")
_AT = "coalesce(start_us, expected_start_us)"


async def dashboard(unit: Unit, body: JsonObject) -> JsonObject:
    """Runs and task runs of a range of time by state, the flows and deployments they are of, and pools."""
    since, until = from_iso(body["since"]), from_iso(body["until"])
    columns = body.get("columns", 60)
    width_us = max(1, -(-(until - since) // columns))
    conditions = list(_conditions(body))
    where = c.every(conditions)
    span = {"since": since, "until": until}
    cells = {**span, "width_us": width_us, "columns": columns}
    if conditions:
        statement = sql.runs_by_state_over_time.fill(where=where)
        over_time = await unit.all(statement, **span, width_us=width_us)
    else:
        over_time = await unit.all(sql.all_runs_by_state_over_time, **cells)
    task_runs = await counts.task_runs(unit, since, until, width_us)
    tasks = [{**each, "cell": each["place"]} for each in task_runs]
    # a long time is counted in the order of an index, a short one is found in another
    in_order = until - since > LONG_US and not body.get("tags")
    by = c.ByIndex("flow_run_by_flow_and_state") if in_order else c.NOTHING
    counted = await unit.all(sql.runs_by_flow_and_deployment.fill(where=where, by=by), **span)
    flows, deployments = _grouped(counted, "flow_id"), _grouped(counted, "deployment_id")
    flow_names = await joined.by_id(unit, sql.flow_names, flows)
    deployment_names = await joined.by_id(unit, sql.deployment_names, deployments)
    paused = await unit.one(sql.paused_schedules)
    assert paused is not None
    return {
        "since": body["since"],
        "until": body["until"],
        "width": width_us / 1e6,
        "flow_runs": {"counts": _sums(over_time), "columns": _columns(over_time, columns)},
        "task_runs": {"counts": _sums(tasks), "columns": _columns(tasks, columns)},
        "flows": _ranked(flows, flow_names),
        "deployments": _ranked(deployments, deployment_names),
        "late": await _late(unit),
        "work_pools": await _pools(unit),
        "paused_schedules": paused["found"],
    }


def _conditions(body: JsonObject) -> Iterable[Part]:
    if body.get("hide_subflows"):
        yield c.Text("parent_task_run_id IS NULL")
    if body.get("tags"):
        yield c.has_any("tags", body["tags"])


def _sums(rows: Iterable[Mapping[str, Any]]) -> JsonObject:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["state_type"] or "PENDING"] += row["found"]
    return dict(sums)


def _columns(rows: Iterable[Mapping[str, Any]], columns: int) -> list[JsonObject]:
    """Counts by state for each column that has any: ``{column, counts}``."""
    found: dict[int, JsonObject] = {}
    for row in rows:
        counts = found.setdefault(min(row["cell"], columns - 1), {})
        state = row["state_type"] or "PENDING"
        counts[state] = counts.get(state, 0) + row["found"]
    return [{"column": column, "counts": found[column]} for column in sorted(found)]


def _grouped(rows: Iterable[Mapping[str, Any]], key: str) -> dict[str, JsonObject]:
    found: dict[str, JsonObject] = {}
    for row in rows:
        if (id := row[key]) is None:
            continue
        entry = found.setdefault(id, {"id": id, "counts": {}, "last_us": 0})
        state = row["state_type"] or "PENDING"
        entry["counts"][state] = entry["counts"].get(state, 0) + row["found"]
        entry["last_us"] = max(entry["last_us"], row["last_us"] or 0)
    return found


def _ranked(groups: Mapping[str, JsonObject], names: Mapping[str, Mapping[str, Any]]) -> list[JsonObject]:
    """Those with failures first, then those with the newest runs."""

    def rank(entry: JsonObject) -> tuple[int, int]:
        return -sum(entry["counts"].get(type_, 0) for type_ in _FAILED), -entry["last_us"]

    return [
        {
            "id": entry["id"],
            "name": names[entry["id"]]["name"],
            "counts": entry["counts"],
            "last": instant(entry["last_us"] or None),
        }
        for entry in sorted(groups.values(), key=rank)[:MOST_OF_EACH]
        if entry["id"] in names
    ]


async def _late(unit: Unit) -> list[JsonObject]:
    rows = await unit.all(sql.late_runs, now_us=unit.now_us - LATE_US, limit=MOST_LATE)
    flows = await joined.by_id(unit, sql.flow_names, (row["flow_id"] for row in rows))
    deployments = await joined.by_id(unit, sql.deployment_names, (row["deployment_id"] for row in rows))
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "flow": joined.named(flows, row["flow_id"]),
            "deployment": joined.named(deployments, row["deployment_id"]),
            "due": instant(row["next_scheduled_us"]),
        }
        for row in rows
    ]


async def _pools(unit: Unit) -> list[JsonObject]:
    rows = await unit.all(sql.pools, limit=MOST_POOLS)
    loads: dict[str, Counter[str]] = {}
    for load in await unit.all(sql.pool_loads, now_us=unit.now_us - LATE_US):
        kind = "LATE" if load["is_late"] else load["state_type"]
        loads.setdefault(load["id"], Counter())[kind] += load["found"]
    polls = {row["id"]: row["last_us"] for row in await unit.all(sql.pool_polls)}
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "type": row["type"],
            "status": row["status"],
            "is_paused": bool(row["is_paused"]),
            "concurrency_limit": row["concurrency_limit"],
            "polled": None if polls.get(row["id"]) is None else to_iso(polls[row["id"]]),
            "runs": dict(loads.get(row["id"], {})),
        }
        for row in rows
    ]
