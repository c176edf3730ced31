"""One run with all that its page shows before anything is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.errors import NotFound
from prefect._base.jsontext import dumps
from prefect._service.flow_runs.rows import to_json as flow_run_json
from prefect._service.runs.values import decoded
from prefect._service.task_runs.rows import to_json as task_run_json
from prefect._service.unit import Unit
from prefect._service.views import joined
from prefect._service.views.joined import sql
from prefect._wire.operation import JsonObject

MOST_NEIGHBOURS = 100


async def flow_run(unit: Unit, id: str) -> JsonObject:
    """A flow run, what it belongs to, its states and, if it failed, where it failed first."""
    row = await unit.one(sql.flow_run, id=id)
    if row is None:
        raise NotFound(f"Flow run with id {id}")
    flows = await joined.by_id(unit, sql.flow_names, [row["flow_id"]])
    deployments = await joined.by_id(unit, sql.deployment_names, [row["deployment_id"]])
    queues = await joined.by_id(unit, sql.pool_names, [row["work_queue_id"]])
    queue = queues.get(row["work_queue_id"] or "")
    counts = await unit.all(sql.task_counts, ids=dumps([id]))
    subflows = await unit.one(sql.subflow_count, id=id)
    artifacts = await unit.one(sql.artifact_count, id=id)
    assert subflows is not None
    assert artifacts is not None
    return {
        "run": flow_run_json(row, unit.now_us),
        "flow": joined.named(flows, row["flow_id"]),
        "deployment": joined.named(deployments, row["deployment_id"]),
        "work_pool": queue["pool"] if queue else None,
        "parent": await _parent(unit, row["parent_task_run_id"]),
        "states": [_state(each) for each in await unit.all(sql.states_of, id=id)],
        "task_counts": {each["state_type"] or "PENDING": each["found"] for each in counts},
        "subflows": subflows["found"],
        "artifacts": artifacts["found"],
        "failure": await _failure(unit, row),
    }


async def task_run(unit: Unit, id: str) -> JsonObject:
    """A task run, what it belongs to, its states, what it depends on and what depends on it."""
    row = await unit.one(sql.task_run, id=id)
    if row is None:
        raise NotFound(f"Task run with id {id}")
    runs = await joined.by_id(unit, sql.flow_run_names, [row["flow_run_id"]])
    run = runs.get(row["flow_run_id"] or "")
    flows = await joined.by_id(unit, sql.flow_names, [run["flow_id"]] if run else [])
    return {
        "run": task_run_json(row, unit.now_us),
        "flow_run": joined.named(runs, row["flow_run_id"]),
        "flow": joined.named(flows, run["flow_id"]) if run else None,
        "states": [_state(each) for each in await unit.all(sql.states_of, id=id)],
        "upstream": await _upstream(unit, row),
        "downstream": await _downstream(unit, row),
    }


def _short(rows: Iterable[Mapping[str, Any]]) -> list[JsonObject]:
    keys = ("id", "name", "state_type", "state_name")
    return [{key: row[key] for key in keys} for row in rows]


async def _upstream(unit: Unit, row: Mapping[str, Any]) -> list[JsonObject]:
    inputs = decoded(row["task_inputs"], "{}", {}).values()
    ids = {each["id"] for input_ in inputs for each in input_ if each.get("input_type") == "task_run"}
    if not ids:
        return []
    return _short(await unit.all(sql.task_runs_by_ids, ids=dumps(sorted(ids)), limit=MOST_NEIGHBOURS))


async def _downstream(unit: Unit, row: Mapping[str, Any]) -> list[JsonObject]:
    if row["flow_run_id"] is None:
        return []
    names_it = f'%"{row["id"]}"%'
    found = await unit.all(
        sql.task_runs_after, flow_run_id=row["flow_run_id"], pattern=names_it, limit=MOST_NEIGHBOURS
    )
    return _short(found)


async def _parent(unit: Unit, task_run_id: str | None) -> JsonObject | None:
    row = None if task_run_id is None else await unit.one(sql.parent, id=task_run_id)
    if row is None:
        return None
    return {"id": row["id"], "name": row["name"], "task_run_id": row["task_run_id"]}


def _state(row: Mapping[str, Any]) -> JsonObject:
    return {
        "id": row["id"],
        "type": row["type"],
        "name": row["name"],
        "timestamp": to_iso(row["at_us"]),
        "message": row["message"],
    }


async def _failure(unit: Unit, row: Mapping[str, Any]) -> JsonObject | None:
    if row["state_type"] not in ("FAILED", "CRASHED"):
        return None
    task = await unit.one(sql.first_failed_task, id=row["id"])
    line = await unit.one(sql.first_error_line, id=row["id"])
    return {
        "message": row["state_message"],
        "task": None
        if task is None
        else {"id": task["id"], "name": task["name"], "message": task["state_message"]},
        "log": None if line is None else {"id": line["id"], "message": line["message"][:4000]},
    }
