"""A clock that tests move: a day of retries passes in a millisecond."""

from __future__ import annotations

import contextvars
import heapq
import inspect
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Self

from prefect._base import clock as clocks
from prefect._engine import scope
from prefect.utilities.asyncutils import run_coro_as_sync

__all__ = ["ManualClock"]

_Callback = tuple[int, int, Callable[[], Any], contextvars.Context]


class ManualClock(clocks.ManualClock):
    """While it is entered, time passes only when somebody sleeps or :meth:`advance` is called.

    >>> with ManualClock() as clock:
    ...     my_flow()          # retries with delays of hours, in milliseconds
    >>> clock.slept_s          # the delays that were slept

    What Prefect waits for by the clock ends at once and moves the clock: delays of retries, pauses (until
    their timeout), the expiration of cached results. Other code keeps the time of the machine: `time.sleep`,
    and the `timeout_seconds` of flows and tasks.

    It begins at `start`, by default now; a naive `start` is taken as UTC. It holds for this process, for runs
    without a server.
    """

    def __init__(self, start: datetime | None = None) -> None:
        super().__init__(start or clocks.to_datetime(clocks.system.now_us()))
        self._due: list[_Callback] = []
        self._numbers = itertools.count()
        self._before: clocks.Clock | None = None

    def now(self) -> datetime:
        """The time that it shows, in UTC."""
        return clocks.to_datetime(self.now_us())

    def advance(self, seconds: float | timedelta) -> None:
        """Let time pass. What is due on the way is called, at its time; raises what it raises."""
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        if seconds < 0:
            raise ValueError(f"Time does not go back: {seconds} seconds.")
        self._move_to(self.now_us() + round(seconds * 1e6))

    def sleep(self, seconds: float) -> None:
        """Move to the end of the sleep. Sleeps that overlap in several threads pass together."""
        until_us = self.now_us() + round(seconds * 1e6)
        self.slept_s.append(seconds)
        self._move_to(until_us)

    def call_later(self, seconds: float | timedelta, function: Callable[[], Any]) -> None:
        """Call `function` (blocking or async, without arguments) when `seconds` from now have passed.

        It is called by whoever moves the clock past that moment: for instance by a paused flow, which waits.
        """
        if isinstance(seconds, timedelta):
            seconds = seconds.total_seconds()
        due_us = self.now_us() + round(seconds * 1e6)
        entry = (due_us, next(self._numbers), function, contextvars.copy_context())
        with self._lock:
            heapq.heappush(self._due, entry)

    def _move_to(self, until_us: int) -> None:
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > until_us:
                    self._now_us = max(self._now_us, until_us)
                    return
                due_us, _, function, context = heapq.heappop(self._due)
                self._now_us = max(self._now_us, due_us)
            context.copy().run(_call, function)

    def __enter__(self) -> Self:
        if self._before is not None:
            raise RuntimeError("This clock is in use already.")
        self._before = clocks.system
        clocks.system = self
        return self

    def __exit__(self, *exc_info: object) -> None:
        before, self._before = self._before, None
        assert before is not None
        clocks.system = before


def _call(function: Callable[[], Any]) -> None:
    with scope.dispatching(False):
        made = function()
    if inspect.iscoroutine(made):
        run_coro_as_sync(made)
