"""Rounds of work: due at once, when the log says so, in their own time, and again after a failure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from prefect._store.rounds import Chore, Rounds
from prefect._store.sql import Statement
from prefect._store.sqlite.store import TemporaryStore

HAPPENS = Statement("happens", "INSERT INTO outbox (at_us, topic, subject) VALUES (1, :topic, 's')")
PATIENCE_S = 10


@pytest.fixture
def store() -> Iterator[TemporaryStore]:
    found = TemporaryStore()
    yield found
    found.close()


class Counted:
    """Work that counts its rounds and can be told to fail."""

    def __init__(self, pause_s: float | None = None, failures: int = 0) -> None:
        self.rounds = threading.Semaphore(0)
        self._pause_s = pause_s
        self._failures = failures

    async def __call__(self, _: Any) -> float | None:
        self.rounds.release()
        if self._failures:
            self._failures -= 1
            raise ValueError("no luck")
        return self._pause_s

    def done(self, count: int = 1) -> bool:
        return all(self.rounds.acquire(timeout=PATIENCE_S) for _ in range(count))


@pytest.fixture
def begin(store: TemporaryStore) -> Iterator[Any]:
    begun: list[Rounds] = []

    def _begin(*chores: Chore) -> Rounds:
        rounds = Rounds(store, chores)
        rounds.start()
        begun.append(rounds)
        return rounds

    yield _begin
    for rounds in begun:
        rounds.close()


def _happen(store: TemporaryStore, topic: str) -> None:
    async def work(tx: Any) -> None:
        await tx.run(HAPPENS, topic=topic)

    store.write(work).result(PATIENCE_S)


def test_the_first_round_comes_at_once_and_the_next_when_it_said(begin: Any) -> None:
    eager, lazy = Counted(pause_s=0), Counted()
    begin(Chore("eager", eager, 3600), Chore("lazy", lazy, 3600))
    assert eager.done(3)
    assert lazy.done()
    assert not lazy.rounds.acquire(blocking=False)


def test_the_log_wakes_those_who_asked(store: TemporaryStore, begin: Any) -> None:
    asked, other = Counted(), Counted()
    begin(Chore("asked", asked, 3600, frozenset({"a"})), Chore("other", other, 3600, frozenset({"b"})))
    assert asked.done()
    assert other.done()
    for _ in range(3):
        _happen(store, "a")
        assert asked.done()
    assert not other.rounds.acquire(blocking=False)


def test_a_failure_is_told_and_the_round_is_tried_again(begin: Any, caplog: pytest.LogCaptureFixture) -> None:
    work = Counted(pause_s=0, failures=1)
    [report] = begin(Chore("tries", work, 3600)).reports
    assert work.done(3)
    assert (report.failures, report.failures_in_all, report.why) == (0, 1, "no luck")
    assert "Keeper tries failed (1 in a row)" in caplog.text


def test_waking_by_name(begin: Any) -> None:
    work = Counted()
    rounds = begin(Chore("one", work, 3600))
    assert work.done()
    rounds.wake("one")
    assert work.done()


def test_a_closed_store_ends_the_rounds(store: TemporaryStore, begin: Any) -> None:
    work = Counted(pause_s=0)
    begin(Chore("one", work, 3600))
    assert work.done()
    store.close()
