"""Work that is done on a store in rounds: when it is due, when the log wakes it, and how it fares.

One thread looks after all of it and sleeps in between. It waits for the log once, however many are woken by
it, and hands rounds to the store without waiting for their ends.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from time import monotonic
from typing import NamedTuple

from prefect._base import clock
from prefect._base.errors import StoreClosed, StoreError
from prefect._store.sql import Statement
from prefect._store.store import Store, Tx, Work

logger = logging.getLogger("prefect.server")

# the log is waited for this long at a time
FOLLOW_S = 300.0
# what happens in a burst wakes once
GAP_S = 0.01
BACK_OFF_S, MOST_BACK_OFF_S = 0.5, 60.0
CLOSE_S = 1.0

_NEWEST = Statement("newest", "SELECT COALESCE(MAX(seq), 0) AS seq FROM outbox")
_TOPICS = Statement("topics", "SELECT topic, MAX(seq) AS seq FROM outbox WHERE seq > :after GROUP BY topic")


class Chore(NamedTuple):
    """What is done in rounds: `work` returns the seconds to the next, or None for the usual `period_s`."""

    name: str
    work: Work[float | None]
    period_s: float
    wakes_on: frozenset[str] = frozenset()


@dataclass(slots=True)
class Report:
    """How a chore fares. `failures` counts those since the last success; `why` is the reason of the last."""

    name: str
    rounds: int = 0
    busy_s: float = 0.0
    failures: int = 0
    failures_in_all: int = 0
    last_round_us: int | None = None
    last_failure_us: int | None = None
    why: str | None = None


@dataclass(slots=True, eq=False)
class _State:
    chore: Chore
    report: Report
    due_s: float
    began_s: float | None = None
    again: bool = False


@dataclass(slots=True)
class _Following:
    """Where in the log the thread is, and what it waits for."""

    after: int | None = None
    future: Future[bool] | None = None
    due_s: float = 0.0
    failures: int = 0
    topics: frozenset[str] = field(default_factory=frozenset[str])


class Rounds:
    """Does `chores` on `store` from `start` to `close`."""

    def __init__(self, store: Store, chores: Sequence[Chore]) -> None:
        self._store = store
        now_s = monotonic()
        self._states = [_State(chore, Report(chore.name), now_s) for chore in chores]
        self._following = _Following(
            topics=frozenset[str]().union(*(chore.wakes_on for chore in chores)) if chores else frozenset()
        )
        self._finished: deque[tuple[_State, Future[float | None]]] = deque()
        self._news = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None

    @property
    def reports(self) -> list[Report]:
        return [state.report for state in self._states]

    def start(self) -> None:
        """The first rounds are due at once."""
        self._thread = threading.Thread(target=self._loop, name="prefect-rounds", daemon=True)
        self._thread.start()

    def wake(self, name: str) -> None:
        """Have a round of that chore begin at once."""
        for state in self._states:
            if state.chore.name == name:
                self._make_due(state, monotonic())
        self._news.set()

    def close(self) -> None:
        """Begin no more rounds; those under way end by themselves before the store is closed."""
        self._closing = True
        self._news.set()
        if self._following.future is not None:
            self._following.future.cancel()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(CLOSE_S)

    # -- its thread ---------------------------------------------------------------------------------------

    def _loop(self) -> None:
        while not self._closing:
            self._news.clear()
            try:
                self._step()
            except StoreClosed:
                return
            now_s = monotonic()
            due_s = [state.due_s for state in self._states if state.began_s is None]
            if self._following.topics and (self._following.future is None or self._following.future.done()):
                due_s.append(self._following.due_s)
            self._news.wait(max(0.0, min(due_s) - now_s) if due_s else None)

    def _step(self) -> None:
        while self._finished:
            self._note(*self._finished.popleft())
        now_s = monotonic()
        if self._following.topics:
            self._look(now_s)
        for state in self._states:
            if state.began_s is None and state.due_s <= now_s and not self._closing:
                self._begin(state, now_s)

    def _begin(self, state: _State, now_s: float) -> None:
        state.began_s, state.again = now_s, False
        try:
            future = self._store.write(state.chore.work)
        except StoreClosed:
            raise
        except StoreError as error:
            self._note_failure(state, error)
            return
        future.add_done_callback(self._notice(state))

    def _notice(self, state: _State) -> Callable[[Future[float | None]], None]:
        def _done(future: Future[float | None]) -> None:
            self._finished.append((state, future))
            self._news.set()

        return _done

    def _note(self, state: _State, future: Future[float | None]) -> None:
        error = future.exception()
        if isinstance(error, StoreClosed):
            raise error
        if error is not None:
            self._note_failure(state, error)
            return
        report, now_s = state.report, monotonic()
        assert state.began_s is not None
        if report.failures:
            logger.warning("Keeper %s works again after %d failures.", report.name, report.failures)
        report.rounds += 1
        report.busy_s += now_s - state.began_s
        report.failures = 0
        report.last_round_us = clock.system.now_us()
        pause_s = future.result()
        pause_s = state.chore.period_s if pause_s is None else pause_s
        state.due_s = state.began_s + GAP_S if state.again else now_s + pause_s
        state.began_s = None

    def _note_failure(self, state: _State, error: BaseException) -> None:
        report = state.report
        report.failures += 1
        report.failures_in_all += 1
        report.last_failure_us = clock.system.now_us()
        report.why = str(error) or type(error).__name__
        pause_s = _back_off_s(report.failures)
        is_new = report.failures == 1 and not isinstance(error, StoreError)
        logger.error(
            "Keeper %s failed (%d in a row), the next try is in %g s: %s",
            report.name,
            report.failures,
            pause_s,
            report.why,
            exc_info=error if is_new else None,
        )
        state.began_s, state.due_s = None, monotonic() + pause_s

    # -- the log ------------------------------------------------------------------------------------------

    def _look(self, now_s: float) -> None:
        """Wake those for whom something came, and wait for more."""
        following = self._following
        if following.future is not None and not following.future.done():
            return
        if following.due_s > now_s:
            return
        try:
            if following.after is None:
                following.after = self._store.read(_newest)
            elif _came(following.future):
                self._wake_by_log(now_s)
            following.future = self._store.follow(following.topics, following.after, FOLLOW_S)
        except StoreClosed:
            raise
        except StoreError as error:
            following.failures += 1
            pause_s = _back_off_s(following.failures)
            logger.error("The log cannot be followed, the next try is in %g s: %s", pause_s, error)
            following.future, following.due_s = None, now_s + pause_s
            return
        following.failures = 0
        following.due_s = now_s + GAP_S
        following.future.add_done_callback(lambda _: self._news.set())

    def _wake_by_log(self, now_s: float) -> None:
        following = self._following
        assert following.after is not None
        topics, following.after = self._store.read(_topics_after(following.after))
        for state in self._states:
            if state.chore.wakes_on & topics or "*" in state.chore.wakes_on:
                self._make_due(state, now_s)

    @staticmethod
    def _make_due(state: _State, now_s: float) -> None:
        if state.began_s is not None:
            state.again = True
        elif not state.report.failures:  # what fails is tried again in its own time
            state.due_s = min(state.due_s, now_s)


def _came(future: Future[bool] | None) -> bool:
    return future is not None and not future.cancelled() and future.result()


def _back_off_s(failures: int) -> float:
    return min(MOST_BACK_OFF_S, BACK_OFF_S * 2 ** min(failures - 1, 10))


async def _newest(tx: Tx) -> int:
    row = await tx.one(_NEWEST)
    assert row is not None
    return row["seq"]


def _topics_after(after: int) -> Work[tuple[frozenset[str], int]]:
    async def work(tx: Tx) -> tuple[frozenset[str], int]:
        rows = await tx.all(_TOPICS, after=after)
        return frozenset(row["topic"] for row in rows), max((row["seq"] for row in rows), default=after)

    return work
