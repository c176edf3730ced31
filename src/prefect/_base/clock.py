"""Time, as a port: the system's clock, and one that tests move by hand."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from prefect._base import lazy

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_datetime(at_us: int) -> datetime:
    """The instant `at_us` (microseconds since 1970 in UTC) as an aware datetime."""
    return EPOCH + timedelta(microseconds=at_us)


def to_us(at: datetime) -> int:
    """Microseconds since 1970 of an instant; a naive datetime is taken as UTC."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - EPOCH) // timedelta(microseconds=1)


def to_iso(at_us: int) -> str:
    """The wire form of an instant: ``2026-11-21T09:37:43.250117Z``."""
    seconds, us = divmod(at_us, 1_000_000)
    return f"{_second(seconds)}.{us:06d}Z" if us else f"{_second(seconds)}Z"


@lru_cache(4096)
def _second(seconds: int) -> str:
    """Of the instants that are told together many are in the same second."""
    return (EPOCH + timedelta(seconds=seconds)).isoformat()[:19]


def from_iso(text: str) -> int:
    """Microseconds since 1970 of an ISO 8601 text; without an offset it is taken as UTC."""
    return to_us(datetime.fromisoformat(text))


class Clock(Protocol):
    """What the house knows of time. Wall time is for records, `monotonic_s` for measuring."""

    def now_us(self) -> int:
        """Microseconds since 1970 in UTC."""
        ...

    def monotonic_s(self) -> float: ...

    def sleep(self, seconds: float) -> None:
        """Block this thread for `seconds`."""
        ...

    async def asleep(self, seconds: float) -> None:
        """Let other tasks of this loop run for `seconds`."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now_us(self) -> int:
        return time.time_ns() // 1000

    def monotonic_s(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """A clock for tests: it moves when told to, and whoever sleeps on it moves it to the end of the sleep."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now_us = to_us(start)
        self._lock = threading.Lock()
        self.slept_s: list[float] = []

    def now_us(self) -> int:
        return self._now_us

    def monotonic_s(self) -> float:
        return self._now_us / 1e6

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now_us += round(seconds * 1e6)

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.advance(seconds)

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)


system: Clock = SystemClock()
