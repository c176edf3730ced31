"""Task runs whose states are decided by their client: each state arrives as an event, and becomes rows here.

Events may come twice and in any order: a row always shows the latest state by the client's clock, and the
history holds each state once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prefect._base.clock import from_iso
from prefect._base.details import from_wire, to_wire
from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps
from prefect._base.state import TERMINAL, StateType
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)

TOPIC = "prefect.task-run."
_RUN_PREFIX, _FLOW_RUN_PREFIX = "prefect.task-run.", "prefect.flow-run."
_FINAL = frozenset(type_.value for type_ in TERMINAL)


def is_transition(event: JsonObject) -> bool:
    """Whether the event tells a state of a task run that its client has decided."""
    return event["event"].startswith(TOPIC) and event["resource"].get("prefect.orchestration") == "client"


async def record(unit: Unit, events: Iterable[JsonObject]) -> None:
    """Write the task runs, their states, and what happened into the log."""
    rows = [_row(unit, event) for event in events]
    newest: dict[str, JsonObject] = {}
    for row in rows:
        known = newest.get(row["id"])
        if known is None or known["state_at_us"] <= row["state_at_us"]:
            newest[row["id"]] = row
    await unit.many(sql.task_run_upsert, list(newest.values()))
    await unit.many(sql.transition_log, rows)
    await unit.many(sql.task_run_state_insert, rows)


def _row(unit: Unit, event: JsonObject) -> JsonObject:
    try:
        return _read(unit, event)
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Invalid(
            f"The event {event['id']} does not tell a state of a task run: {type(wrong).__name__} {wrong}."
        ) from wrong


def _read(unit: Unit, event: JsonObject) -> JsonObject:
    run: JsonObject = event["payload"]["task_run"]
    state: JsonObject = event["payload"]["validated_state"]
    id = event["resource"]["prefect.resource.id"].removeprefix(_RUN_PREFIX)
    at_us = from_iso(event["occurred"])
    type_ = StateType(state["type"]).value
    told: JsonObject = state.get("state_details") or {}
    details = from_wire(told)
    flow_run_id = told.get("flow_run_id") or _related_flow_run(event.get("related") or [])
    details.pop("flow_run_id", None)
    details.pop("task_run_id", None)
    data = state.get("data")
    return {
        "id": id,
        "now_us": unit.now_us,
        "created_us": at_us,
        "name": run["name"],
        "flow_run_id": flow_run_id,
        "task_key": run["task_key"],
        "dynamic_key": run["dynamic_key"],
        "task_version": run.get("task_version"),
        "cache_key": run.get("cache_key"),
        "cache_expiration_us": _instant(run, "cache_expiration"),
        "empirical_policy": dumps(run.get("empirical_policy") or {}),
        "task_inputs": dumps(run.get("task_inputs") or {}),
        "tags": dumps(run.get("tags") or []),
        "labels": dumps(run.get("labels") or {}),
        "flow_run_run_count": run.get("flow_run_run_count") or 0,
        "run_count": run.get("run_count") or 0,
        "expected_start_us": _instant(run, "expected_start_time"),
        "next_scheduled_us": _instant(run, "next_scheduled_start_time"),
        "start_us": _instant(run, "start_time"),
        "end_us": _instant(run, "end_time"),
        "total_run_us": round(float(run.get("total_run_time") or 0) * 1e6),
        "owner": None if type_ in _FINAL else unit.owner,
        "state_id": event["id"],
        "state_type": type_,
        "state_name": state["name"],
        "state_at_us": at_us,
        "state_message": state.get("message"),
        "state_details": dumps(to_wire(details)) if details else "{}",
        "state_data": None if data is None else dumps(data),
        "topic": event["event"],
        "entry": f'{{"state_id":"{event["id"]}"}}',
    }


def _instant(run: JsonObject, key: str) -> int | None:
    text: Any = run.get(key)
    return None if text is None else from_iso(text)


def _related_flow_run(related: list[dict[str, str]]) -> str | None:
    for resource in related:
        if resource.get("prefect.resource.role") == "flow-run":
            return resource["prefect.resource.id"].removeprefix(_FLOW_RUN_PREFIX)
    return None
