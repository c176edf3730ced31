"""Rules that keep a run from going where it must not: repeated, terminal, cancelling and claimed runs."""

from __future__ import annotations

from prefect._base.state import TERMINAL, StateValue
from prefect._core.decision import Abort, Amend, Reject, Verdict
from prefect._core.facts import Facts, Run, has_data
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import (
    CANCELLED,
    CANCELLING,
    COMPLETED,
    CRASHED,
    NOT_FINAL,
    PAUSED,
    PENDING,
    RUNNING,
    SCHEDULED,
)
from prefect._core.values import LATE, NOT_READY, RESUMING, RETRYING, make, renamed

_TO_END_OR_HOLD = frozenset({CANCELLING, PAUSED, CRASHED})
NO_PAUSE_KEYS: frozenset[str] = frozenset()


def same_transition(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A proposal that was sent twice is answered with the state that the first one made."""
    if current is None:
        return None
    transition = proposed.details.get("transition_id")
    if transition is not None and transition == current.details.get("transition_id"):
        return Reject(current, "This transition of the run was made already.", writes=False)
    return None


def ended_flow_run(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A flow run that has ended starts again only as a new attempt, and never loses its result."""
    if current is None:
        return None
    if proposed.type in _TO_END_OR_HOLD:
        return Abort(f"The run has ended: it is {current.type.value} already.")
    if loses_result(current, proposed):
        return Reject(current, f"The run is {current.type.value} and its result is stored.", writes=False)
    if proposed.type is SCHEDULED and run.deployment_id is None:
        return Abort("A run without a deployment cannot be scheduled again.")
    if proposed.type in TERMINAL:
        return None
    again = "reschedule" if proposed.type is SCHEDULED else None
    return Amend(changes={"resuming": False, "pause_keys": NO_PAUSE_KEYS, "retry_type": again})


def ended_task_run(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A task run that has ended starts again with its count at zero."""
    if current is None:
        return None
    if proposed.type in _TO_END_OR_HOLD:
        return Abort(f"The run has ended: it is {current.type.value} already.")
    if current.type is COMPLETED and has_data(current):
        return Reject(current, "The run is completed and its result is stored.", writes=False)
    if proposed.type in TERMINAL:
        return None
    again = facts.parent is not None and facts.parent.run_count > run.flow_run_run_count
    state = renamed(proposed, RETRYING) if again and proposed.type is RUNNING else None
    return Amend(state, changes={"run_count": 0})


def kept_result(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """Not even force replaces a stored result by none."""
    if current is not None and proposed.type is COMPLETED and loses_result(current, proposed):
        return Reject(current, "The run is COMPLETED and its result is stored.", writes=False)
    return None


def loses_result(current: StateValue, proposed: StateValue) -> bool:
    """Whether a completed run with a stored result would go on or complete again without one."""
    if current.type is not COMPLETED or not has_data(current):
        return False
    return proposed.type not in TERMINAL or (proposed.type is COMPLETED and not has_data(proposed))


def cancelling_is_one_way(
    run: Run, current: StateValue | None, proposed: StateValue, facts: Facts
) -> Verdict:
    return Reject(current, "The run is being cancelled and can only become Cancelled.", writes=False)


def nothing_to_cancel(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A run that no process executes is cancelled at once."""
    if current is None:
        return None
    if current.type is SCHEDULED and (run.infrastructure_pid is None or current.name == RESUMING):
        reason = "The scheduled run has no infrastructure that could be stopped."
    elif current.type is PAUSED and current.details.get("pause_reschedule"):
        reason = "The suspended run has no infrastructure that could be stopped."
    else:
        return None
    return Reject(make(CANCELLED, facts.now_us, message=proposed.message), reason)


def claimed_once(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """Exactly one proposal to become PENDING wins; afterwards only the name of the stage may change."""
    if current is None:
        return None
    if current.type is PENDING and proposed.name not in ("Pending", current.name):
        carried = {
            key: current.details[key]
            for key in ("scheduled_us", "deployment_concurrency_lease_id")
            if key in current.details and key not in proposed.details
        }
        if not carried:
            return None
        details = {**proposed.details, **carried}
        state = StateValue(
            proposed.type,
            proposed.name,
            proposed.id,
            proposed.at_us,
            proposed.message,
            details,
            proposed.data,
        )
        return Amend(state)
    return Abort(f"The run is {current.type.value} and cannot become PENDING.")


def late_only_when_scheduled(
    run: Run, current: StateValue | None, proposed: StateValue, facts: Facts
) -> Verdict:
    if proposed.name != LATE:
        return None
    if current is None or current.type is not SCHEDULED:
        return Reject(current, "Only a scheduled run can be late.", writes=False)
    if current.name == LATE:
        return Reject(current, "The run is marked as late already.", writes=False)
    return None


def flow_must_run(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A task run starts only while the flow run around it runs."""
    if run.flow_run_id is None:
        return None
    around = facts.parent.state if facts.parent is not None else None
    if around is not None and around.type is RUNNING:
        return None
    if around is not None and around.type is PAUSED:
        wanted = ("pause_timeout_us", "pause_reschedule")
        details = {key: around.details[key] for key in wanted if key in around.details}
        return Reject(make(PAUSED, facts.now_us, name=NOT_READY, details=details), "The flow run is paused.")
    return Abort("The flow run around this task run is not running, so the task cannot start.")


SAME_TRANSITION = Rule(same_transition)
ENDED_FLOW_RUN = Rule(ended_flow_run, source=sources(*TERMINAL))
ENDED_TASK_RUN = Rule(ended_task_run, source=sources(*TERMINAL), needs=frozenset({"parent"}))
KEPT_RESULT = Rule(kept_result, source=sources(COMPLETED), target=types(COMPLETED))
CANCELLING_IS_ONE_WAY = Rule(
    cancelling_is_one_way, source=sources(CANCELLING), target=(NOT_FINAL | TERMINAL) - {CANCELLED}
)
NOTHING_TO_CANCEL = Rule(nothing_to_cancel, source=sources(SCHEDULED, PAUSED), target=types(CANCELLING))
CLAIMED_ONCE = Rule(
    claimed_once, source=sources(PENDING, CANCELLING, RUNNING, CANCELLED), target=types(PENDING)
)
LATE_ONLY_WHEN_SCHEDULED = Rule(late_only_when_scheduled, target=types(SCHEDULED))
FLOW_MUST_RUN = Rule(flow_must_run, target=types(RUNNING), needs=frozenset({"parent"}))
