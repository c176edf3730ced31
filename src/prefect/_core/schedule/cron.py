"""Cron expressions: the days that match, and on each of them the times that match."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from prefect._core.schedule import walls
from prefect._wire.schedule_checks import expand_cron

# within so many years every day that can match does: 29 February on each weekday may take 40
_YEARS = 45


@dataclass(frozen=True, slots=True)
class Cron:
    """Fires when the clock of `timezone` (None: UTC) shows what `expression` matches.

    With `day_or`, a day matches when the day of the month or the weekday does; without, when both do.
    """

    expression: str
    timezone: str | None = None
    day_or: bool = True

    def from_(self, from_us: int) -> Iterator[int]:
        """The instants from `from_us` on, rising."""
        tz = walls.zone(self.timezone)
        table = _table(self.expression, self.day_or)
        begin = walls.start(from_us, tz)
        return walls.instants(table.walls(begin), tz, from_us, repeats=table.is_subhourly)


@dataclass(frozen=True, slots=True)
class _Table:
    times: tuple[time, ...]
    """The times of a day at which it fires."""
    is_subhourly: bool
    """Whether it fires several times in every hour, and hence also in one that the clock shows twice."""
    months: frozenset[int]
    days: frozenset[int] | None
    is_last_day: bool
    weekdays: frozenset[int] | None  # Sunday is 0
    counted: dict[int, frozenset[Any]]  # which of its weekdays a month has: numbers, or "l" for the last
    day_or: bool

    def walls(self, begin: datetime) -> Iterator[datetime]:
        """What the clock shows when it fires, from `begin` on."""
        for day in self._days(begin.date()):
            if day > begin.date():
                yield from (datetime.combine(day, at) for at in self.times)
            else:
                yield from (datetime.combine(day, at) for at in self.times if at >= begin.time())

    def _days(self, begin: date) -> Iterator[date]:
        year, month, first = begin.year, begin.month, begin.day
        last_year = min(begin.year + _YEARS, 9999)
        found = True
        while year <= last_year or found:
            if year > 9998:
                return
            found = False
            if month in self.months:
                length = monthrange(year, month)[1]
                for number in range(first, length + 1):
                    if self._matches(date(year, month, number), length):
                        yield date(year, month, number)
                        last_year = year + _YEARS
            year, month, first = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)

    def _matches(self, day: date, length: int) -> bool:
        of_month = self.days is None or day.day in self.days or (self.is_last_day and day.day == length)
        of_week = self.weekdays is None or self._is_weekday(day, length)
        if self.day_or and self.days is not None and self.weekdays is not None:
            return of_month or of_week
        return of_month and of_week

    def _is_weekday(self, day: date, length: int) -> bool:
        weekday = day.isoweekday() % 7
        assert self.weekdays is not None
        if weekday not in self.weekdays:
            return False
        wanted = self.counted.get(weekday)
        if wanted is None:
            return True
        return (day.day + 6) // 7 in wanted or ("l" in wanted and day.day + 7 > length)


@cache
def _table(expression: str, day_or: bool) -> _Table:
    fields, counted = expand_cron(expression)
    minutes = _numbers(fields[0]) or frozenset(range(60))
    hours = _numbers(fields[1])
    seconds = (_numbers(fields[5]) or frozenset(range(60))) if len(fields) > 5 else frozenset({0})
    times = tuple(
        time(hour, minute, second)
        for hour in sorted(hours or range(24))
        for minute in sorted(minutes)
        for second in sorted(seconds)
    )
    return _Table(
        times,
        hours is None and len(minutes) * len(seconds) > 1,
        _numbers(fields[3]) or frozenset(range(1, 13)),
        _numbers(fields[2]),
        "l" in fields[2],
        _numbers(fields[4]),
        {weekday: frozenset(numbers) for weekday, numbers in counted.items()},
        day_or,
    )


def _numbers(field: list[Any]) -> frozenset[int] | None:
    """The values of a field; None for all."""
    return None if field == ["*"] else frozenset(value for value in field if isinstance(value, int))
