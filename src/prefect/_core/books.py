"""The books that are kept with every written state: counts, times, and the state's own details."""

from __future__ import annotations

from typing import Any

from prefect._base.state import TERMINAL, StateValue
from prefect._core.facts import Run
from prefect._core.transitions import PAUSED, RUNNING, SCHEDULED
from prefect._core.values import detailed, moved


def complete(run: Run, current: StateValue | None, state: StateValue, now_us: int) -> StateValue:
    """The state as it is written: dated, after the current one, with its run's ids and its scheduled time."""
    at_us = state.at_us or now_us
    if current is not None and at_us <= current.at_us:
        at_us = current.at_us + 1
    if at_us != state.at_us:
        state = moved(state, at_us)
    details = state.details
    if run.kind == "task":
        flow_run_id, task_run_id = run.flow_run_id, run.id
    else:
        flow_run_id, task_run_id = run.id, run.parent_task_run_id
    if details.get("task_run_id") != task_run_id or details.get("flow_run_id") != flow_run_id:
        state = detailed(state, flow_run_id=flow_run_id, task_run_id=task_run_id)
    if state.type is SCHEDULED and details.get("scheduled_us") is None:
        state = detailed(state, scheduled_us=at_us)
    return state


def keep(run: Run, current: StateValue | None, state: StateValue, changes: dict[str, Any]) -> None:
    """Enter into `changes` what a written `state` changes on its run."""
    type_ = state.type
    at_us = state.at_us
    if type_ is RUNNING:
        if run.resuming:
            changes["resuming"] = False
        elif current is None or current.type is not PAUSED or not run.run_count:  # a pause ends no attempt
            changes["run_count"] = run.run_count + 1
        if run.start_us is None:
            changes["start_us"] = at_us
        if run.end_us is not None:
            changes["end_us"] = None
    elif type_ in TERMINAL:
        _close(run, at_us, changes)
    elif run.end_us is not None:
        changes["end_us"] = None

    if current is None:
        if run.expected_start_us is None:
            changes["expected_start_us"] = state.details["scheduled_us"] if type_ is SCHEDULED else at_us
    elif current.type is RUNNING:
        changes["total_run_us"] = run.total_run_us + at_us - current.at_us

    next_us = state.details["scheduled_us"] if type_ is SCHEDULED else None
    if next_us != run.next_scheduled_us:
        changes["next_scheduled_us"] = next_us


def _close(run: Run, at_us: int, changes: dict[str, Any]) -> None:
    if run.end_us is None:
        changes["end_us"] = at_us
    if run.start_us is None:
        changes["start_us"] = at_us if run.end_us is None else run.end_us
    if run.resuming:
        changes["resuming"] = False
