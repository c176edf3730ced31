"""A flow run over time, in columns: a list for each property, so that 100,000 nodes stay small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import NotFound
from prefect._base.jsontext import loads
from prefect._service.unit import Unit
from prefect._service.views.joined import sql
from prefect._wire.operation import JsonObject

MOST_NODES = 200_000
MOST_ARTIFACTS = 10_000
MOST_STATES = 50_000


async def timeline(unit: Unit, id: str, since: str | None) -> JsonObject:
    """The nodes of a flow run that have changed after `since` (all of them without it).

    Times are milliseconds after `origin`. `state` and `group` are indexes into lists; `parents` holds for
    each node what it depends on, None for nothing: the places of nodes in this answer, the ids of others.
    `attempts` tells for each node that ran more than once when each attempt began and ended, and how.
    """
    run = await unit.one(sql.flow_run, id=id)
    if run is None:
        raise NotFound(f"Flow run with id {id}")
    after = 0 if since is None else from_iso(since)
    rows = await unit.all(sql.timeline_tasks, id=id, since=after, limit=MOST_NODES)
    origin_us = run["start_us"] or run["expected_start_us"] or run["created_us"]
    states, groups = _Index(), _Index()
    places = {row["id"]: place for place, row in enumerate(rows)}
    nodes: JsonObject = {
        "id": [row["id"] for row in rows],
        "name": [row["name"] for row in rows],
        "group": [groups.of(_group(row)) for row in rows],
        "state": [states.of(f"{row['state_type']}:{row['state_name']}") for row in rows],
        "expected": [_ms(row["expected_start_us"], origin_us) for row in rows],
        "start": [_ms(row["start_us"], origin_us) for row in rows],
        "end": [_ms(row["end_us"], origin_us) for row in rows],
        "runs": [row["run_count"] for row in rows],
        "subflow": {row["id"]: row["subflow_id"] for row in rows if row["subflow_id"] is not None},
        "parents": [_parents(row, places) for row in rows],
    }
    states_of = await unit.all(sql.timeline_attempts, id=id, since=after, limit=MOST_STATES)
    marks = await unit.all(sql.timeline_artifacts, id=id, since=after, limit=MOST_ARTIFACTS)
    return {
        "origin": to_iso(origin_us),
        "until": to_iso(unit.now_us),
        "end": None if run["end_us"] is None else _ms(run["end_us"], origin_us),
        "states": states.values,
        "groups": groups.values,
        "nodes": nodes,
        "attempts": attempts(states_of, origin_us),
        "artifacts": [
            {
                "id": mark["id"],
                "at": _ms(mark["created_us"], origin_us),
                "key": mark["key"],
                "type": mark["type"],
                "task_run_id": mark["task_run_id"],
            }
            for mark in marks
        ],
        "run_states": [
            {"type": each["type"], "name": each["name"], "at": _ms(each["at_us"], origin_us)}
            for each in await unit.all(sql.states_of, id=id)
        ],
    }


def attempts(rows: Sequence[Mapping[str, Any]], origin_us: int) -> dict[str, list[list[Any]]]:
    """Each time that a task ran: from, to and how it ended, from its states in the order of time.

    What is followed by another attempt has failed, whatever the state between them is.
    """
    found: dict[str, list[list[Any]]] = {}
    for row in rows:
        pieces = found.setdefault(row["run_id"], [])
        if pieces and pieces[-1][1] is None:
            pieces[-1][1] = _ms(row["at_us"], origin_us)
            is_again = row["type"] in ("RUNNING", "SCHEDULED", "PENDING")
            pieces[-1][2] = "FAILED" if is_again else row["type"]
        if row["type"] == "RUNNING":
            pieces.append([_ms(row["at_us"], origin_us), None, "RUNNING"])
    return {id: pieces for id, pieces in found.items() if len(pieces) > 1}


class _Index:
    """Values by number, each once."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._numbers: dict[str, int] = {}

    def of(self, value: str) -> int:
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self.values)
            self.values.append(value)
        return number


def _ms(at_us: int | None, origin_us: int) -> float | None:
    return None if at_us is None else round((at_us - origin_us) / 1000, 3)


def _group(row: Mapping[str, Any]) -> str:
    """The task that a node is a run of: its key without the hash at its end."""
    return row["task_key"].rpartition("-")[0] or row["task_key"]


def _parents(row: Mapping[str, Any], places: Mapping[str, int]) -> list[int | str] | None:
    if row["task_inputs"] == "{}":
        return None
    inputs = (each for found in loads(row["task_inputs"]).values() for each in found)
    ids = {each["id"] for each in inputs if each.get("input_type") == "task_run"}
    return [places.get(id, id) for id in sorted(ids)] or None
