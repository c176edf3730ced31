"""Group commit, back-pressure and failing disks, on the embedded store."""

from __future__ import annotations

import logging
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from prefect._base.errors import StoreFull
from prefect._base.records import LogLine, TaskTransition
from prefect._store import faults
from prefect._store.sql import Queries
from prefect._store.sqlite import SqliteStore
from prefect._store.store import Tx

sql = Queries(__file__)
DEADLINE_S = 20


class Gate:
    """Holds the writer at a commit point until it is opened, and counts how often the points are passed."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.reached = threading.Event()
        self.open = threading.Event()
        self.passed: list[str] = []

    def __call__(self, name: str) -> None:
        self.passed.append(name)
        if name == self.at:
            self.reached.set()
            assert self.open.wait(DEADLINE_S)


async def put_one(tx: Tx) -> None:
    await tx.run(sql.put, key="a", value="1")


async def nothing(tx: Tx) -> None:
    pass


def test_what_comes_during_a_commit_shares_the_next_one(
    sqlite: SqliteStore, line: Callable[..., LogLine]
) -> None:
    gate = Gate("sqlite.group.before_commit")
    faults.install(gate)
    first = sqlite.write(nothing)
    assert gate.reached.wait(DEADLINE_S)
    futures = [sqlite.write(nothing) for _ in range(20)]
    for i in range(200):
        sqlite.record(line(f"{i}"))
    gate.open.set()
    sqlite.flush().result(DEADLINE_S)
    assert first.done()
    assert all(future.done() for future in futures)
    assert gate.passed.count("sqlite.group.after_commit") <= 3


def test_an_answer_comes_after_the_commit_only(sqlite: SqliteStore) -> None:
    gate = Gate("sqlite.group.before_commit")
    faults.install(gate)
    future = sqlite.write(put_one)
    assert gate.reached.wait(DEADLINE_S)
    assert not future.done()
    assert sqlite.read(lambda tx: tx.all(sql["all"])) == []
    gate.open.set()
    future.result(DEADLINE_S)
    assert sqlite.read(lambda tx: tx.all(sql["all"])) == [{"key": "a", "value": "1"}]


def test_recorded_items_are_written_without_anybody_asking(
    sqlite: SqliteStore, line: Callable[..., LogLine]
) -> None:
    gate = Gate("sqlite.group.after_commit")
    gate.open.set()
    faults.install(gate)
    sqlite.record(line())
    assert gate.reached.wait(DEADLINE_S)


def test_a_full_queue_makes_its_producers_wait(path: Path, line: Callable[..., LogLine]) -> None:
    store = SqliteStore(path, bound=10)
    gate = Gate("sqlite.group.begun")
    faults.install(gate)
    handed_over: list[int] = []

    def produce() -> None:
        for i in range(100):
            store.record(line(f"{i}"))
            handed_over.append(i)

    producer = threading.Thread(target=produce)
    producer.start()
    assert gate.reached.wait(DEADLINE_S)
    producer.join(0.2)
    assert producer.is_alive()
    assert len(handed_over) < 100
    gate.open.set()
    producer.join(DEADLINE_S)
    store.flush().result(DEADLINE_S)
    messages = store.read(lambda tx: tx.all(sql.messages))
    assert [row["message"] for row in messages] == [f"{i}" for i in range(100)]
    store.close()


def _limit_pages(store: SqliteStore, pages: int) -> None:
    """Let the file grow no further: SQLite then answers as on a full disk."""
    connection = store._writer._groups._connection
    assert connection is not None
    connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_told_to_who_waits_and_nothing_recorded_is_lost(
    sqlite: SqliteStore, line: Callable[..., LogLine], caplog: pytest.LogCaptureFixture
) -> None:
    sqlite.write(nothing).result(DEADLINE_S)
    _limit_pages(sqlite, 1)

    async def put_much(tx: Tx) -> None:
        for i in range(100):
            await tx.run(sql.put, key=f"{i}", value="x" * 10_000)

    with pytest.raises(StoreFull, match="no room is left"):
        sqlite.write(put_much).result(DEADLINE_S)
    with caplog.at_level(logging.WARNING):
        for i in range(500):
            sqlite.record(line(f"{i}" + "x" * 1000))
        with pytest.raises(StoreFull):
            sqlite.flush().result(DEADLINE_S)
        _limit_pages(sqlite, 1_000_000)
        sqlite.flush().result(DEADLINE_S)
    assert len(sqlite.read(lambda tx: tx.all(sql.messages))) == 500
    assert "tried again" in caplog.text
    assert "can be written again" in caplog.text


def test_the_switch_interval_is_as_before_after_a_group(sqlite: SqliteStore) -> None:
    before = sys.getswitchinterval()
    sqlite.write(nothing).result(DEADLINE_S)
    sqlite.write(nothing).result(DEADLINE_S)
    sqlite.close()
    assert sys.getswitchinterval() == before


def test_recorded_transitions_are_visible_soon_although_the_program_is_busy(
    sqlite: SqliteStore, transition: Callable[..., TaskTransition]
) -> None:
    """The interpreter lock is contended all the time; docs/decisions has measured numbers."""
    sqlite.write(nothing).result(DEADLINE_S)
    other = sqlite3.connect(sqlite.path)
    worst_s = 0.0
    for turn in range(1, 6):
        for i in range(100):
            sqlite.record(transition(at_us=i))
        begun_s, spins = perf_counter(), 0
        while other.execute("SELECT count(*) FROM task_run").fetchone() != (turn * 100,):
            for _ in range(20_000):
                spins += 1
        worst_s = max(worst_s, perf_counter() - begun_s)
    other.close()
    assert worst_s < 1.0  # some 15 ms on an idle machine; this bound only tells that nobody starves
