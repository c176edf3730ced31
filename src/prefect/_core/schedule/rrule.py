"""Recurrence rules of RFC 5545, read as what the clock of a zone shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from dateutil import rrule as rules

from prefect._core.schedule import walls
from prefect._wire.schedule_checks import wall_clock

# how far one step of each frequency reaches that can be jumped over by arithmetic
_UNITS = {
    rules.WEEKLY: timedelta(weeks=1),
    rules.DAILY: timedelta(days=1),
    rules.HOURLY: timedelta(hours=1),
    rules.MINUTELY: timedelta(minutes=1),
    rules.SECONDLY: timedelta(seconds=1),
}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """Fires as `text` says; a rule without a start begins with the year 2020. `timezone` None is UTC."""

    text: str
    timezone: str | None = None

    def from_(self, from_us: int) -> Iterator[int]:
        """The instants from `from_us` on, rising."""
        tz = walls.zone(self.timezone)
        begin = walls.start(from_us, tz)
        parsed = parse(self.text)
        near = _near(parsed, begin)
        shown = cast("Iterator[datetime]", near.xafter(begin, inc=True))
        return walls.instants(shown, tz, from_us, repeats=_is_subhourly(parsed))


@lru_cache(maxsize=1024)
def parse(text: str) -> Any:
    """The rule (or set of rules) that a text stands for, without time zones."""
    return rules.rrulestr(wall_clock(text), ignoretz=True)


def _near(parsed: Any, begin: datetime) -> Any:
    """The same rule with a start shortly before `begin`: nobody counts up from the first year."""
    if not isinstance(parsed, rules.rruleset):
        return _jumped(parsed, begin)
    inside = cast(Any, parsed)
    moved = cast(Any, rules.rruleset())
    for rule in inside._rrule:
        moved.rrule(_jumped(rule, begin))
    for rule in inside._exrule:
        moved.exrule(_jumped(rule, begin))
    for at in inside._rdate:
        moved.rdate(at)
    for at in inside._exdate:
        moved.exdate(at)
    return moved


def _jumped(rule: Any, begin: datetime) -> Any:
    unit = _UNITS.get(rule._freq)
    if unit is None or rule._count is not None:
        return rule
    period = unit * rule._interval
    periods = (begin - rule._dtstart) // period - 1
    return rule.replace(dtstart=rule._dtstart + periods * period) if periods > 0 else rule


def _is_subhourly(parsed: Any) -> bool:
    """Whether it fires several times in every hour, and hence also in one that the clock shows twice."""
    each = parsed._rrule if hasattr(parsed, "_rrule") else [parsed]
    return any(
        rule._freq in (rules.MINUTELY, rules.SECONDLY)
        and _UNITS[rule._freq] * rule._interval < _HOUR
        and not rule._byhour
        for rule in each
    )
