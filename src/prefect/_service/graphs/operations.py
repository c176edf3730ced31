"""The graph of a flow run: its task runs and subflows, what each was given, and what they made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from prefect._base import lazy
from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Invalid, NotFound
from prefect._base.jsontext import loads
from prefect._service.runs import states
from prefect._service.runs.values import decoded, instant, run_time_s
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")
sql = Queries(__file__)
Row = Mapping[str, Any]
# where the inputs of a task run name the runs that it is inside of
INSIDE = "__parents__"


async def read(unit: Unit, *, id: str, since: str | None = None) -> JsonObject:
    """The graph; with `since`, of nodes only those that had not ended by then.

    Raises `Invalid` if it is larger than the settings allow.
    """
    run = await _flow_run(unit, id)
    values = settings.active()
    most: int = values["server.flow_run_graph.max_nodes"]
    parts = await unit.all(sql.parts, id=id, most=most + 1)
    if len(parts) > most:
        raise Invalid(f"The graph of flow run {id} has more than {most} nodes.", status=400)
    artifacts = await unit.all(sql.artifacts, id=id, most=values["server.flow_run_graph.max_artifacts"] + 1)
    if len(artifacts) > values["server.flow_run_graph.max_artifacts"]:
        raise Invalid(f"The graph of flow run {id} has too many artifacts.", status=400)
    made = _by_task_run(artifacts)
    nodes = _nodes(parts, made)
    since_us = 0 if since is None or datetime.fromisoformat(since).year < 1970 else from_iso(since)
    shown = [(node["id"], node) for node in nodes if _is_since(node, since_us)]
    went_through = await unit.all(sql.states, id=id)
    return {
        "start_time": instant(run["start_us"]),
        "end_time": instant(run["end_us"]),
        "root_node_ids": [id for id, node in shown if not node["parents"] and not node["encapsulating"]],
        "nodes": [[id, node] for id, node in shown],
        "artifacts": made.get(None, []),
        "states": [
            {"id": row["id"], "timestamp": to_iso(row["at_us"]), "type": row["type"], "name": row["name"]}
            for row in went_through
        ],
    }


async def dependencies(unit: Unit, *, id: str) -> list[JsonObject]:
    """The task runs of a flow run with what they depend on; the older form of the graph."""
    await _flow_run(unit, id)
    most: int = settings.active()["server.flow_run_graph.max_nodes"]
    return [_dependency(row, unit.now_us) for row in await unit.all(sql.parts, id=id, most=most)]


async def _flow_run(unit: Unit, id: str) -> Row:
    run = await unit.one(sql.flow_run, id=id)
    if run is None:
        raise NotFound(f"Flow run with id {id}")
    return run


def _nodes(parts: list[JsonObject], made: Mapping[str | None, list[JsonObject]]) -> list[JsonObject]:
    nodes = {row["id"]: _node(row, made.get(row["id"], [])) for row in parts}
    for row in parts:
        node = nodes[row["id"]]
        parents, inside = _given_by(row)
        for found, relation in ((parents, "parents"), (inside, "encapsulating")):
            for id in found:
                other = nodes.get(id)
                if other is None or other is node:
                    continue
                node[relation].append({"id": other["id"]})
                if relation == "parents":
                    other["children"].append({"id": node["id"]})
    return list(nodes.values())


def _node(row: Row, artifacts: list[JsonObject]) -> JsonObject:
    is_subflow = row["subflow_id"] is not None
    start_us = row["subflow_start_us"] or row["start_us"] or row["expected_start_us"]
    return {
        "kind": "flow-run" if is_subflow else "task-run",
        "id": row["subflow_id"] or row["id"],
        "label": row["subflow_name"] or row["name"],
        "state_type": row["subflow_type"] or row["state_type"],
        "start_time": to_iso(start_us),
        "end_time": instant(row["subflow_end_us"] if is_subflow else row["end_us"]),
        "parents": [],
        "children": [],
        "encapsulating": [],
        "artifacts": artifacts,
    }


def _given_by(row: Row) -> tuple[list[str], list[str]]:
    """The task runs whose results a task run was given, and those that it is inside of; each once."""
    parents: dict[str, None] = {}
    inside: dict[str, None] = {}
    inputs: Mapping[str, list[JsonObject]] = decoded(row["task_inputs"], "{}", {})
    for name, sources in inputs.items():
        into = inside if name == INSIDE else parents
        into.update({each["id"]: None for each in sources if each.get("input_type") == "task_run"})
    return list(parents), list(inside)


def _is_since(node: JsonObject, since_us: int) -> bool:
    return node["end_time"] is None or from_iso(node["end_time"]) >= since_us


def _by_task_run(artifacts: list[JsonObject]) -> dict[str | None, list[JsonObject]]:
    found: dict[str | None, list[JsonObject]] = {}
    for row in artifacts:
        found.setdefault(row["task_run_id"], []).append(
            {
                "id": row["id"],
                "created": to_iso(row["created_us"]),
                "key": row["key"],
                "type": row["type"],
                "is_latest": bool(row["is_latest"]),
                "data": None if row["data"] is None else loads(row["data"]),
            }
        )
    return found


def _dependency(row: Row, now_us: int) -> JsonObject:
    parents, _ = _given_by(row)
    state = states.row_json(row, row["flow_run_id"], row["id"])
    details: JsonObject = (state or {}).get("state_details") or {}
    return {
        "id": row["id"],
        "name": row["name"],
        "upstream_dependencies": [{"input_type": "task_run", "id": id} for id in parents],
        "state": state,
        "expected_start_time": instant(row["expected_start_us"]),
        "start_time": instant(row["start_us"]),
        "end_time": instant(row["end_us"]),
        "total_run_time": row["total_run_us"] / 1e6,
        "estimated_run_time": run_time_s(row, now_us),
        "untrackable_result": bool(details.get("untrackable_result")),
    }
