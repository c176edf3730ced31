"""Which runs of a schedule are to be created now, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from prefect._core.schedule.reading import Schedule, fires

CatchUp: TypeAlias = Literal["none", "latest", "all"]
_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_DAY_US = 24 * _HOUR_US
_LAG_US = 5_000_000
# how far back the latest instant is looked for at first, before the whole of what was missed is read
_LOOKS_BACK_US = (_HOUR_US, _DAY_US, 31 * _DAY_US)


class Terms(NamedTuple):
    """How far ahead runs are created: at least `min_runs` and all up to `min_time_us`, and no more than
    `max_runs`, none of them later than `max_time_us` from now. `grace_us` is how long after its instant a run
    is created that was not created before, whatever is caught up with."""

    min_runs: int = 3
    min_time_us: int = _HOUR_US
    max_runs: int = 100
    max_time_us: int = 100 * _DAY_US
    grace_us: int = _MINUTE_US


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a schedule asks for besides its instants.

    `catch_up` says what becomes of instants at which nothing could be created (a server was down): ``none``
    of them is made up for, the ``latest``, or ``all``; none of them longer ago than `window_us`.
    `at_most` is the number of runs that are created ahead.
    """

    catch_up: CatchUp = "none"
    window_us: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`fires` are the instants to create runs for, `mark_us` the last one that is dealt with from now on,
    `again_us` when to plan next; None when the schedule has come to its end."""

    fires: list[int]
    mark_us: int
    again_us: int | None


def plan(schedule: Schedule, now_us: int, mark_us: int, wishes: Wishes, terms: Terms) -> Plan:
    """What to create at `now_us`, when all instants up to `mark_us` have been dealt with."""
    missed = _missed(schedule, now_us, mark_us, wishes, terms)
    if len(missed) >= terms.max_runs:
        return Plan(missed, missed[-1], now_us)
    ahead = ahead_of(schedule, now_us, wishes, terms)
    made = missed + [at_us for at_us in ahead if at_us > mark_us]
    mark_us = max([mark_us, now_us - 1, *made[-1:]])
    return Plan(made, mark_us, _again(schedule, now_us, ahead, wishes, terms))


def _missed(schedule: Schedule, now_us: int, mark_us: int, wishes: Wishes, terms: Terms) -> list[int]:
    """The instants before now that are still to be made up for."""
    first_us = mark_us + 1
    if wishes.catch_up == "none":
        first_us = max(first_us, now_us - terms.grace_us)
    elif wishes.window_us is not None:
        first_us = max(first_us, now_us - max(wishes.window_us, terms.grace_us))
    until_us = now_us - 1
    if first_us > until_us:
        return []
    if wishes.catch_up == "latest":
        for back_us in _LOOKS_BACK_US:
            found = fires(schedule, max(first_us, now_us - back_us), until_us=until_us)
            if found or now_us - back_us <= first_us:
                return found[-1:]
        return fires(schedule, first_us, until_us=until_us)[-1:]
    return fires(schedule, first_us, until_us=until_us, limit=terms.max_runs)


def ahead_of(schedule: Schedule, now_us: int, wishes: Wishes, terms: Terms) -> list[int]:
    """The instants from now on for which there should be runs, whatever was dealt with before."""
    most = terms.max_runs if wishes.at_most is None else min(terms.max_runs, wishes.at_most)
    found: list[int] = []
    for at_us in schedule.from_(now_us):
        if len(found) >= most or at_us > now_us + terms.max_time_us:
            break
        found.append(at_us)
        if len(found) >= terms.min_runs and at_us >= now_us + terms.min_time_us:
            break
    return found


def _again(schedule: Schedule, now_us: int, ahead: list[int], wishes: Wishes, terms: Terms) -> int | None:
    """When what is there ahead is no longer enough."""
    if not ahead:
        later = next(iter(schedule.from_(now_us)), None)
        return None if later is None else max(now_us + _DAY_US, later - terms.max_time_us)
    few = min(terms.min_runs, wishes.at_most or terms.min_runs, len(ahead))
    too_few_us = ahead[-few] + 1
    if wishes.at_most is not None and len(ahead) >= wishes.at_most:
        return too_few_us
    too_short_us = ahead[-1] - terms.min_time_us
    # not for each single run, nor while others become due, but well before the last one is used up
    lazily_us = now_us + min(_MINUTE_US, (ahead[-1] - now_us) // 2)
    lag_us = min(_LAG_US, (ahead[-1] - ahead[0]) // 2)
    return max(min(too_few_us, too_short_us) + lag_us, lazily_us, now_us + 1)


def fire_key(deployment_id: str, schedule_key: str, at: str) -> str:
    """The idempotency key of the run of a schedule at an instant (ISO text in UTC).

    `schedule_key` is the schedule's name inside of its deployment: a schedule that is created anew under its
    name does not run a second time at an instant that it has run at.
    """
    return f"scheduled {deployment_id} {schedule_key} {at}"
