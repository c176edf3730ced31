"""Rules about the time a run is scheduled for."""

from __future__ import annotations

from prefect._base.state import StateValue
from prefect._core.decision import Amend, Verdict, Wait
from prefect._core.facts import Facts, Run
from prefect._core.rules.rule import Rule, sources, types
from prefect._core.transitions import PENDING, RUNNING, SCHEDULED
from prefect._core.values import detailed


def keep_scheduled_time(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """The claim of a scheduled run remembers what time it was scheduled for."""
    if current is None or "scheduled_us" in proposed.details or "scheduled_us" not in current.details:
        return None
    return Amend(detailed(proposed, scheduled_us=current.details["scheduled_us"]))


def not_before_its_time(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A run that is scheduled for later does not start now."""
    scheduled_us = None if current is None else current.details.get("scheduled_us")
    if scheduled_us is None:
        return None
    delay_s = whole_seconds(scheduled_us - facts.now_us)
    return Wait(delay_s, "The run is scheduled for a later time.") if delay_s > 0 else None


def whole_seconds(duration_us: int) -> int:
    """Microseconds in seconds: the whole ones and one more for a fraction above a half."""
    seconds, fraction_us = divmod(duration_us, 1_000_000)
    return max(0, seconds + round(fraction_us / 1e6))


KEEP_SCHEDULED_TIME = Rule(keep_scheduled_time, source=sources(SCHEDULED), target=types(PENDING))
NOT_BEFORE_ITS_TIME = Rule(not_before_its_time, source=sources(SCHEDULED, PENDING), target=types(RUNNING))
