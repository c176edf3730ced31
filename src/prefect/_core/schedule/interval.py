"""Intervals: steps from an anchor, whole days by the calendar and the rest by the clock that never jumps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from prefect._core.schedule import walls

DAY_US = 86_400_000_000
_SPREAD_US = 2 * DAY_US  # by more than this no zone has ever moved its clock


@dataclass(frozen=True, slots=True)
class Interval:
    """Fires at `anchor_us` and every `every_us` before and after it.

    The whole days of the interval are days of the calendar of `timezone` (None: UTC): they keep the time of
    day when the clock is put forward or back. What is left over is time that passes.
    """

    every_us: int
    anchor_us: int
    timezone: str | None = None

    def from_(self, from_us: int) -> Iterator[int]:
        """The instants from `from_us` on, rising."""
        days, rest_us = divmod(self.every_us, DAY_US)
        if not days:
            step = -((self.anchor_us - from_us) // self.every_us)
            at_us = self.anchor_us + step * self.every_us
            while True:
                yield at_us
                at_us += self.every_us
        tz = walls.zone(self.timezone)
        anchor = walls.wall(self.anchor_us, tz)
        step = (from_us - self.anchor_us - _SPREAD_US) // self.every_us
        last_us = from_us - 1
        while True:
            try:
                shown = anchor + timedelta(days=days * step)
            except OverflowError:
                return
            at_us = walls.instant(shown, tz) + step * rest_us
            if at_us > last_us:
                yield (last_us := at_us)
            step += 1
