"""Rules about pausing, suspending and resuming a flow run."""

from __future__ import annotations

from prefect._base.state import TERMINAL, StateValue
from prefect._core.decision import Abort, Amend, Reject, Verdict
from prefect._core.facts import Facts, Run
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import CANCELLING, FAILED, PAUSED, RUNNING, SCHEDULED
from prefect._core.values import make

_AFTER_PAUSE = TERMINAL | {RUNNING, SCHEDULED, CANCELLING}


def pausing(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """Only a running run pauses, once for each pause key; only one with a deployment can be suspended."""
    verb = "suspended" if proposed.name == "Suspended" else "paused"
    if current is None:
        return Abort(f"A run without a state cannot be {verb}.")
    if current.type is not RUNNING:
        return Reject(current, f"Only a running flow run can be {verb}.", writes=False)
    key = proposed.details.get("pause_key") or facts.fresh_id
    if key in run.pause_keys:
        return Reject(current, f"The run was {verb} here already.", writes=False)
    if proposed.details.get("pause_reschedule"):
        if run.parent_task_run_id is not None:
            return Abort("A subflow cannot be suspended; suspend the flow run that called it.")
        if run.deployment_id is None:
            return Abort("Only a run of a deployment can be suspended: nothing else could start it again.")
    return Amend(after={"pause_keys": run.pause_keys | {key}})


def leaving_pause(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A paused run is resumed in time, ended or cancelled."""
    if current is None:
        return None
    suspended = bool(current.details.get("pause_reschedule"))
    verb = "suspended" if suspended else "paused"
    if proposed.type not in _AFTER_PAUSE:
        return Reject(
            current, f"A {verb} run can be resumed, ended or cancelled, nothing else.", writes=False
        )
    goes_on = proposed.type in (RUNNING, SCHEDULED)
    if suspended and goes_on and run.deployment_id is None:
        return Reject(current, "A suspended run without a deployment cannot be started again.", writes=False)
    timeout_us = current.details.get("pause_timeout_us")
    if timeout_us is not None and timeout_us < facts.now_us and proposed.type is not CANCELLING:
        message = f"The flow was {verb} and never resumed."
        return Reject(make(FAILED, facts.now_us, message=message), "The time to resume the run is over.")
    return Amend(after={"resuming": True}) if goes_on else None


PAUSING = Rule(pausing, target=types(PAUSED), needs=frozenset({"fresh_id"}))
LEAVING_PAUSE = Rule(leaving_pause, source=sources(PAUSED))
