"""Who may say something about a run: claims, the token that goes with them, and the refusal of stale writers.

A claim is made without an attempt and is answered with one; from then on its process names owner and attempt
with everything it says about the run. A caller that names no owner is served without any of this.
"""

from __future__ import annotations

from typing import Any

from prefect._base.state import TERMINAL, StateValue
from prefect._core.decision import Abort
from prefect._core.facts import Facts, PolicyName, Run
from prefect._core.transitions import (
    CANCELLED,
    CANCELLING,
    COMPLETED,
    CRASHED,
    FAILED,
    LIVE,
    PAUSED,
    PENDING,
    RUNNING,
    SCHEDULED,
)

_ONLY_THE_OWNER_KNOWS = frozenset({COMPLETED, FAILED, CRASHED})
_A_SUPERVISOR_REPORTS = frozenset({CRASHED, CANCELLING, CANCELLED})


def is_claim(current: StateValue | None, proposed: StateValue) -> bool:
    """Whether the transition makes the caller responsible for the run; resuming a paused one does not."""
    if proposed.type is PENDING:
        return True
    return proposed.type is RUNNING and (current is None or current.type is not PAUSED)


def refuse(
    run: Run, current: StateValue | None, proposed: StateValue, facts: Facts, policy: PolicyName
) -> Abort | None:
    """The refusal of a caller that has an owner but no say in this run, None when it may go on."""
    caller = facts.caller
    if caller.owner is None:
        return None
    if caller.attempt is None:
        return _refuse_outsider(run, current, proposed, facts, policy)
    if caller.attempt != run.attempt:
        return Abort(
            f"This is attempt {caller.attempt} of the run, which is at attempt {run.attempt}:"
            " another process has taken it over."
        )
    if caller.owner == run.owner:
        return None
    if _hands_over(run, current, proposed) or _is_supervision(run, current, proposed):
        return None
    return Abort("The run was taken away from this process because its claim had lapsed or was given up.")


def claim(
    run: Run,
    current: StateValue | None,
    state: StateValue,
    facts: Facts,
    policy: PolicyName,
    waits_in_process: bool,
    changes: dict[str, Any],
) -> None:
    """Enter into `changes` how the written `state` moves the claim on the run.

    A run that ends, is scheduled or is suspended is free again, except while it waits for a retry in its
    process. The attempt is never taken back.
    """
    caller = facts.caller
    forced = policy == "minimal" and current is not None and caller.attempt is None
    claims = not forced and is_claim(current, state)
    if claims and caller.owner is not None:
        if caller.owner != run.owner:
            changes["owner"] = caller.owner
            if caller.attempt is None:
                changes["attempt"] = run.attempt + 1
        changes["lease_until_us"] = facts.now_us + round(facts.run_lease_s * 1e6)
    elif run.owner is None:
        return
    elif claims:
        changes.update(owner=None, lease_until_us=None)
        if not _hands_over(run, current, state):
            changes["attempt"] = run.attempt + 1
    elif _is_given_up(state, waits_in_process):
        changes.update(owner=None, lease_until_us=None)


def _refuse_outsider(
    run: Run, current: StateValue | None, proposed: StateValue, facts: Facts, policy: PolicyName
) -> Abort | None:
    """A caller that acts under no claim may command a run, but not claim or report on one that is owned."""
    if policy in ("minimal", "late") or run.owner in (None, facts.caller.owner):
        return None
    if run.lease_until_us is not None and run.lease_until_us < facts.now_us:
        return None
    if is_claim(current, proposed) or proposed.type in _ONLY_THE_OWNER_KNOWS:
        return Abort("Another process owns this run and is alive.")
    return None


def _hands_over(run: Run, current: StateValue | None, proposed: StateValue) -> bool:
    """Whoever claimed the run started another process, gave it the attempt, and that one begins to run."""
    return current is not None and current.type is PENDING and proposed.type is RUNNING


def _is_supervision(run: Run, current: StateValue | None, proposed: StateValue) -> bool:
    """The process that handed the attempt on reports the end of the one that got it."""
    is_live = run.owner is not None or (current is not None and current.type in LIVE)
    return is_live and proposed.type in _A_SUPERVISOR_REPORTS


def _is_given_up(state: StateValue, waits_in_process: bool) -> bool:
    if state.type is SCHEDULED:
        return not waits_in_process
    return state.type in TERMINAL or (state.type is PAUSED and bool(state.details.get("pause_reschedule")))
