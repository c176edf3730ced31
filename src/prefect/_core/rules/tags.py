"""Rules about the slots of tags that limit how many task runs with them run at once."""

from __future__ import annotations

from prefect._base.state import StateValue
from prefect._core.decision import Abort, Amend, ReleaseHeld, TakeSlots, Verdict, Wait
from prefect._core.facts import Facts, Run, TagLimit
from prefect._core.retries import jittered
from prefect._core.rules.rule import Rule, types
from prefect._core.transitions import CANCELLING, RUNNING, TYPES

WAIT_SPREAD = 0.3
_RELEASE = Amend(effects=(ReleaseHeld(),))


def take_tag_slots(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    """A task run starts with a slot of each of its limited tags, or waits until all have one."""
    wanted = [limit for limit in facts.tag_limits if not limit.held]
    if not wanted:
        return None
    closed = sorted(limit.tag for limit in wanted if limit.limit == 0)
    if closed:
        return Abort(f"Nothing may run with these tags, their limit is 0: {', '.join(closed)}.")
    full = [limit for limit in wanted if limit.active_slots >= limit.limit]
    if not full:
        taken = TakeSlots(facts.fresh_id, tuple(limit.limit_id for limit in wanted))
        return Amend(effects=(taken,))
    tags = ", ".join(sorted(limit.tag for limit in full))
    return Wait(_delay_s(full, facts), f"The concurrency limit of these tags is reached: {tags}.")


def free_tag_slots(run: Run, current: StateValue | None, proposed: StateValue, facts: Facts) -> Verdict:
    return _RELEASE if run.tags else None


def _delay_s(full: list[TagLimit], facts: Facts) -> int:
    fullest = max(full, key=lambda limit: limit.active_slots / limit.limit)
    average = min(fullest.occupancy_s, facts.tag_wait_s)
    return max(1, round(jittered(average, WAIT_SPREAD, facts.draw)))


TAKE_TAG_SLOTS = Rule(
    take_tag_slots, target=types(RUNNING), needs=frozenset({"tag_limits", "fresh_id", "draw"})
)
FREE_TAG_SLOTS = Rule(free_tag_slots, target=TYPES - {RUNNING, CANCELLING})
