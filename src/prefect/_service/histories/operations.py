"""Counting runs by the interval in which they were expected to start, and by their state."""

from __future__ import annotations

from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Invalid
from prefect._service.counts import reading as counts
from prefect._service.filtering import tables
from prefect._service.filtering.compile import Table
from prefect._service.unit import Unit
from prefect._store.sql import Queries, Statement
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
MOST_INTERVALS = 500
LONGEST_S = 366 * 86_400
_PERIOD = frozenset({"history_start", "history_end", "history_interval_seconds"})


async def flow_runs(unit: Unit, *, body: JsonObject) -> list[JsonObject]:
    """Flow runs over time."""
    return await _history(unit, body, sql.flow_run_history, "flow_runs", tables.FLOW_RUNS)


async def task_runs(unit: Unit, *, body: JsonObject) -> list[JsonObject]:
    """Task runs over time."""
    return await _history(unit, body, sql.task_run_history, "task_runs", tables.TASK_RUNS)


async def lateness(unit: Unit, *, body: JsonObject | None = None) -> float | None:
    """By how many seconds the runs that a filter finds are late on average; None if there are none."""
    where = tables.where("flow_runs", tables.FLOW_RUNS, body or {})
    row = await unit.one(sql.lateness.fill(where=where), now_us=unit.now_us)
    assert row is not None
    return float(row["late_us"]) / row["found"] / 1e6 if row["found"] else None


async def _history(
    unit: Unit, body: JsonObject, statement: Statement, resource: str, table: Table
) -> list[JsonObject]:
    start_us, end_us = from_iso(body["history_start"]), from_iso(body["history_end"])
    seconds = body["history_interval_seconds"]
    if seconds < 1:
        raise Invalid("History interval must not be less than 1 second.")
    if seconds > LONGEST_S:
        raise Invalid(f"History interval must not be more than {LONGEST_S} seconds.")
    step_us = round(seconds * 1e6)
    end_us = min(end_us, start_us + MOST_INTERVALS * step_us)
    asked = {key: value for key, value in body.items() if key not in _PERIOD}
    if "work_queues" in asked:
        asked["work_pool_queues"] = asked.pop("work_queues")
    if resource == "task_runs" and not any(asked.values()):
        rows = await counts.task_runs(unit, start_us, end_us, step_us)
    else:
        filled = statement.fill(where=tables.where(resource, table, asked))
        rows = await unit.all(filled, start_us=start_us, end_us=end_us, step_us=step_us, now_us=unit.now_us)
    states: dict[int, list[JsonObject]] = {}
    for row in rows:
        states.setdefault(row["place"], []).append(
            {
                "state_type": row["state_type"],
                "state_name": row["state_name"],
                "count_runs": row["found"],
                "sum_estimated_run_time": float(row["run_us"]) / 1e6,
                "sum_estimated_lateness": float(row["late_us"]) / 1e6,
            }
        )
    return [
        {
            "interval_start": to_iso(from_us),
            "interval_end": to_iso(from_us + step_us),
            "states": states.get(place, []),
        }
        for place, from_us in enumerate(range(start_us, end_us, step_us))
    ]
