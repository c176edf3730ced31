"""The rule about runs of one schedule that would run beside each other."""

from __future__ import annotations

from prefect._base.state import StateValue
from prefect._core.decision import CancelRuns, Reject, Verdict
from prefect._core.facts import Facts, Run
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import CANCELLED, PENDING, RUNNING, SCHEDULED
from prefect._core.values import AWAITING_PREVIOUS, SKIPPED, make

STILL_OPEN = "An earlier run of the schedule has not ended."
WAIT_US = 10_000_000


def one_at_a_time(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A run is skipped, waits, or has the earlier one cancelled, as its schedule says."""
    overlap = facts.overlap
    if overlap is None or not overlap.open_ids or run.run_count > 0:
        return None
    if overlap.policy == "skip":
        return Reject(make(CANCELLED, facts.now_us, name=SKIPPED, message=STILL_OPEN), STILL_OPEN)
    details = {"scheduled_us": facts.now_us + WAIT_US}
    waiting = make(SCHEDULED, facts.now_us, name=AWAITING_PREVIOUS, message=STILL_OPEN, details=details)
    effects = (CancelRuns(overlap.open_ids),) if overlap.policy == "cancel" else ()
    return Reject(waiting, STILL_OPEN, effects=effects)


ONE_AT_A_TIME = Rule(
    one_at_a_time,
    source=sources(SCHEDULED),
    target=types(PENDING, RUNNING),
    needs=frozenset({"overlap"}),
)
