"""From what a clock on the wall shows to instants, also on the days when it is put forward or back.

A time that the clock skips is moved on by what it skips: 02:30 becomes 03:30, never earlier. A time that it
shows twice stands for its first showing; a rule that fires several times in each hour may ask for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from prefect._base.clock import EPOCH, to_datetime

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def zone(name: str | None) -> ZoneInfo:
    """The time zone of that name; None stands for UTC."""
    return ZoneInfo(name or "UTC")


def wall(at_us: int, tz: ZoneInfo) -> datetime:
    """What the clock shows at an instant, as a naive datetime (its `fold` tells a second showing)."""
    return to_datetime(at_us).astimezone(tz).replace(tzinfo=None)


def instant(shown: datetime, tz: ZoneInfo) -> int:
    """The instant at which the clock shows `shown`; of two, the one that `shown.fold` names."""
    # a skipped time has the offset from before the gap, which moves it on by the length of the gap
    return (shown.replace(tzinfo=tz).astimezone(UTC) - EPOCH) // _MICROSECOND


def start(from_us: int, tz: ZoneInfo) -> datetime:
    """From where walls must be read so that no instant from `from_us` on is missed."""
    at = to_datetime(from_us)
    shown = wall(from_us, tz).replace(fold=0)
    before, after = (_offset(at + step, tz) for step in (-_DAY, _DAY))
    return shown - abs(after - before)


def instants(walls: Iterable[datetime], tz: ZoneInfo, from_us: int, *, repeats: bool) -> Iterator[int]:
    """The instants from `from_us` on of times in rising order, each once and in rising order.

    With `repeats` a time that the clock shows twice counts twice.
    """
    last_us = from_us - 1
    again: list[int] = []  # second showings, which come after all the first ones
    for shown in walls:
        first_us = instant(shown, tz)
        second_us = instant(shown.replace(fold=1), tz) if repeats else first_us
        if second_us > first_us:
            again.append(second_us)
        else:
            for at_us in again:
                if at_us > last_us:
                    yield (last_us := at_us)
            again.clear()
        if first_us > last_us:
            yield (last_us := first_us)
    for at_us in again:
        if at_us > last_us:
            yield (last_us := at_us)


def _offset(at: datetime, tz: ZoneInfo) -> timedelta:
    return at.astimezone(tz).utcoffset() or timedelta(0)
