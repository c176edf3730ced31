"""What a server is told of task runs and logs: their records as JSON of the wire."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import orjson

from prefect._base.clock import to_iso
from prefect._base.details import to_wire
from prefect._base.jsontext import loads
from prefect._base.records import LogLine, TaskRunRow, TaskTransition
from prefect._base.state import StateValue

MAX_MESSAGE = 100_000
# runs of which the former state is remembered; older ones are told as if they began
_REMEMBERED = 20_000

Json = dict[str, Any]


def log_line(line: LogLine) -> Json:
    """A ``LogCreate``."""
    told: Json = {
        "id": line.id,
        "name": line.name,
        "level": line.level,
        "message": line.message,
        "timestamp": to_iso(line.at_us),
        "flow_run_id": line.flow_run_id,
        "task_run_id": line.task_run_id,
    }
    if line.worker_id is not None:
        told["worker_id"] = line.worker_id
    return told


class Transitions:
    """Makes an ``Event`` of each transition; remembers the states that runs come from."""

    def __init__(self) -> None:
        self._former: OrderedDict[str, StateValue] = OrderedDict()

    def event(self, item: TaskTransition) -> Json:
        """The event of the transition; its id is that of the state, so telling it twice is harmless."""
        run, state = item
        former = self._former.pop(run.id, None)
        if not state.is_final:
            self._former[run.id] = state
            if len(self._former) > _REMEMBERED:
                self._former.popitem(last=False)
        return {
            "id": state.id,
            "occurred": to_iso(state.at_us),
            "event": f"prefect.task-run.{state.name}",
            "resource": _resource(run, state),
            "related": _related(run),
            "payload": {
                "intended": {
                    "from": None if former is None else former.type.value,
                    "to": state.type.value,
                },
                "initial_state": None if former is None else _state(run, former),
                "validated_state": {**_state(run, state), "data": _reference(state)},
                "task_run": _run(run),
            },
            "follows": None if former is None else former.id,
        }


def _resource(run: TaskRunRow, state: StateValue) -> dict[str, str]:
    return {
        "prefect.resource.id": f"prefect.task-run.{run.id}",
        "prefect.resource.name": run.name,
        "prefect.run-count": str(run.run_count),
        "prefect.state-message": _message(state) or "",
        "prefect.state-name": state.name,
        "prefect.state-timestamp": to_iso(state.at_us),
        "prefect.state-type": state.type.value,
        "prefect.orchestration": "client",
    }


def _related(run: TaskRunRow) -> list[dict[str, str]]:
    related: list[dict[str, str]] = []
    if run.flow_run_id is not None:
        id = f"prefect.flow-run.{run.flow_run_id}"
        related.append({"prefect.resource.id": id, "prefect.resource.role": "flow-run"})
    if run.tags != "[]":
        related.extend(
            {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
            for tag in loads(run.tags)
        )
    return related


def _message(state: StateValue) -> str | None:
    return None if state.message is None else state.message[:MAX_MESSAGE]


def _state(run: TaskRunRow, state: StateValue) -> Json:
    # what is not there stands for its default; most of what could be told of a run is never set
    details = to_wire(state.details)
    details["flow_run_id"], details["task_run_id"] = run.flow_run_id, run.id
    return {
        "type": state.type.value,
        "name": state.name,
        "message": _message(state),
        "state_details": details,
    }


def _reference(state: StateValue) -> Any:
    """The reference to a stored result; a result itself is never told."""
    if isinstance(state.data, dict):
        return state.data  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    metadata = getattr(state.data, "metadata", None)
    if metadata is None or getattr(metadata, "storage_key", None) is None:
        return None
    return metadata.model_dump(mode="json")


def _run(run: TaskRunRow) -> Json:
    told: Json = {
        "name": run.name,
        "task_key": run.task_key,
        "dynamic_key": run.dynamic_key,
        "empirical_policy": orjson.Fragment(run.empirical_policy),
        "tags": orjson.Fragment(run.tags),
        "labels": orjson.Fragment(run.labels),
        "task_inputs": orjson.Fragment(run.task_inputs),
        "run_count": run.run_count,
        "flow_run_run_count": run.flow_run_run_count,
        "total_run_time": run.total_run_us / 1e6,
    }
    for name, text in (("task_version", run.task_version), ("cache_key", run.cache_key)):
        if text is not None:
            told[name] = text
    for name, at_us in (
        ("cache_expiration", run.cache_expiration_us),
        ("expected_start_time", run.expected_start_us),
        ("next_scheduled_start_time", run.next_scheduled_us),
        ("start_time", run.start_us),
        ("end_time", run.end_us),
    ):
        if at_us is not None:
            told[name] = to_iso(at_us)
    return told
