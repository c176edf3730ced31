"""What the event of a task run's state tells beside its resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._service.runs import states
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]


def payload(run: Row, state: Row, before: Row | None) -> JsonObject:
    """The transition, both states and the task run."""
    validated = _state(run, state)
    validated["data"] = loads(state["data"]) if state["data"] else None
    return {
        "intended": {"from": None if before is None else before["type"], "to": state["type"]},
        "initial_state": None if before is None else _state(run, before),
        "validated_state": validated,
        "task_run": _run(run),
    }


def _state(run: Row, state: Row) -> JsonObject:
    return {
        "type": state["type"],
        "name": state["name"],
        "message": state["message"],
        "state_details": states.wire_details(state["details"], run["flow_run_id"], run["id"]),
    }


def _run(run: Row) -> JsonObject:
    told: JsonObject = {
        key: run[key]
        for key in ("name", "task_key", "dynamic_key", "task_version", "cache_key", "run_count")
        if run[key] is not None
    }
    for key in ("empirical_policy", "task_inputs", "tags", "labels"):
        told[key] = loads(run[key])
    told["flow_run_run_count"] = run["flow_run_run_count"]
    told["total_run_time"] = run["total_run_us"] / 1e6
    for key, column in (
        ("cache_expiration", "cache_expiration_us"),
        ("expected_start_time", "expected_start_us"),
        ("next_scheduled_start_time", "next_scheduled_us"),
        ("start_time", "start_us"),
        ("end_time", "end_us"),
    ):
        if run[column] is not None:
            told[key] = to_iso(run[column])
    return told
