"""Rows of lists with the names and counts of what belongs to them, read for a whole page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prefect._base.jsontext import dumps, loads
from prefect._service.runs.values import decoded, instant, lateness_s, run_time_s
from prefect._service.unit import Unit
from prefect._store.sql import Queries, Statement
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
Row = Mapping[str, Any]


async def by_id(unit: Unit, statement: Statement, ids: Iterable[str | None]) -> dict[str, Row]:
    """What a statement that takes a list of ids finds, by id."""
    wanted = sorted({id for id in ids if id is not None})
    if not wanted:
        return {}
    return {row["id"]: row for row in await unit.all(statement, ids=dumps(wanted))}


def named(found: Mapping[str, Row], id: str | None) -> JsonObject | None:
    """Id and name of one of `found`; None where there is no such thing (any more)."""
    row = found.get(id) if id is not None else None
    return None if row is None else {"id": row["id"], "name": row["name"]}


async def flow_runs(unit: Unit, rows: Sequence[Row]) -> list[JsonObject]:
    """Flow runs as the lists show them."""
    ids = dumps([row["id"] for row in rows])
    flows = await by_id(unit, sql.flow_names, (row["flow_id"] for row in rows))
    deployments = await by_id(unit, sql.deployment_names, (row["deployment_id"] for row in rows))
    queues = await by_id(unit, sql.pool_names, (row["work_queue_id"] for row in rows))
    tasks: dict[str, dict[str, int]] = {}
    for count in await unit.all(sql.task_counts, ids=ids):
        tasks.setdefault(count["flow_run_id"], {})[count["state_type"] or "PENDING"] = count["found"]
    concerns: dict[str, dict[str, int]] = {}
    for count in await unit.all(sql.concern_counts, ids=ids):
        concerns.setdefault(count["flow_run_id"], {})[count["kind"]] = count["found"]
    found: list[JsonObject] = []
    for row in rows:
        queue = queues.get(row["work_queue_id"] or "")
        concern = concerns.get(row["id"], {})
        found.append(
            {
                **point(row, unit.now_us),
                "flow": named(flows, row["flow_id"]),
                "deployment": named(deployments, row["deployment_id"]),
                "work_pool": queue["pool"] if queue else None,
                "work_queue": row["work_queue_name"],
                "tags": decoded(row["tags"], "[]", []),
                "parameters": row["parameters"],
                "run_count": row["run_count"],
                "created_by": None if row["created_by"] is None else loads(row["created_by"]),
                "is_subflow": row["parent_task_run_id"] is not None,
                "lateness": lateness_s(row, unit.now_us),
                "task_counts": tasks.get(row["id"], {}),
                "errors": concern.get("errors", 0),
                "warnings": concern.get("warnings", 0),
            }
        )
    return found


async def task_runs(unit: Unit, rows: Sequence[Row]) -> list[JsonObject]:
    """Task runs as the lists show them."""
    runs = await by_id(unit, sql.flow_run_names, (row["flow_run_id"] for row in rows))
    flows = await by_id(unit, sql.flow_names, (run["flow_id"] for run in runs.values()))
    found: list[JsonObject] = []
    for row in rows:
        run = runs.get(row["flow_run_id"] or "")
        found.append(
            {
                **point(row, unit.now_us),
                "flow_run": named(runs, row["flow_run_id"]),
                "flow": named(flows, run["flow_id"]) if run else None,
                "task_key": row["task_key"],
                "tags": decoded(row["tags"], "[]", []),
                "run_count": row["run_count"],
            }
        )
    return found


def point(row: Row, now_us: int) -> JsonObject:
    """A run with its state and times; the duration is in seconds and goes on while it runs."""
    at_us = row["expected_start_us"] if row["start_us"] is None else row["start_us"]
    return {
        "id": row["id"],
        "name": row["name"],
        "state_type": row["state_type"],
        "state_name": row["state_name"],
        "at": instant(at_us),
        "start_time": instant(row["start_us"]),
        "end_time": instant(row["end_us"]),
        "expected_start_time": instant(row["expected_start_us"]),
        "duration": run_time_s(row, now_us),
    }
