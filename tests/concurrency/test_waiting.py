"""Whoever waits for the log is woken by commits of this process and of others, and never misses one."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._link.local import LocalLink
from prefect._link.waiting import wait_for_change
from prefect._service.unit import Unit
from prefect._store.store import Tx

from .conftest import link_on

# far more than a wait ever takes, so that a slow machine fails no test
LONG_S = 30.0


def emit(store: Any, topic: str, subject: str) -> None:
    async def work(tx: Tx) -> None:
        await Unit(tx, 1).emit(topic, subject)

    store.write(work).result(LONG_S)


def test_a_commit_of_another_store_on_the_file_wakes(stores: Any) -> None:
    here, there = stores(), stores()
    link = link_on(here)
    after = drive(link.position())
    woken = here.follow({"t.x"}, after, LONG_S)
    emit(there, "t.x", "s")
    assert woken.result(LONG_S) is True


def test_a_commit_of_this_store_wakes(stores: Any) -> None:
    store = stores()
    woken = store.follow({"s"}, 0, LONG_S)
    emit(store, "t.x", "s")
    assert woken.result(LONG_S) is True


def test_what_happened_since_the_position_is_not_missed(stores: Any) -> None:
    store = stores()
    link = link_on(store)
    before = drive(link.position())
    emit(store, "t.x", "s")
    after = drive(link.position())
    assert drive(wait_for_change(link, BLOCKING, ["t.x"], LONG_S, after=before)) is True
    assert drive(wait_for_change(link, BLOCKING, ["t.x"], 0.01, after=after)) is False


def test_other_topics_and_subjects_do_not_wake(stores: Any) -> None:
    store = stores()
    mine = store.follow({"t.x"}, 0, 0.2)
    other = store.follow({"s"}, 0, LONG_S)
    emit(store, "t.y", "s")
    assert other.result(LONG_S) is True
    assert mine.result(LONG_S) is False


def test_a_time_out_without_any_commit(stores: Any) -> None:
    assert stores().follow({"t"}, 0, 0.02).result(LONG_S) is False


def test_no_time_is_no_wait(stores: Any) -> None:
    assert drive(wait_for_change(link_on(stores()), BLOCKING, ["t"], 0)) is False


def test_many_wait_and_each_gets_its_own(stores: Any) -> None:
    store = stores()
    waits = [store.follow({f"s{number}"}, 0, LONG_S) for number in range(50)]
    for number in reversed(range(50)):
        emit(store, "t", f"s{number}")
        assert waits[number].result(LONG_S) is True
        assert not any(wait.done() for wait in waits[:number])


def test_an_event_loop_goes_on_and_may_cancel(stores: Any) -> None:
    asyncio.run(_cancel_one_of_two(stores()))


async def _cancel_one_of_two(store: Any) -> None:
    link = LocalLink(store, AWAITING)
    waiting = asyncio.create_task(wait_for_change(link, AWAITING, ["s"], LONG_S))
    cancelled = asyncio.create_task(wait_for_change(link, AWAITING, ["s"], LONG_S))
    await asyncio.sleep(0)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    while not waiting.done():  # the position may have been read after the first of these
        await asyncio.to_thread(emit, store, "t", "s")
    assert waiting.result() is True


def test_closing_ends_all_waits(stores: Any) -> None:
    store = stores()
    wait = store.follow({"s"}, 0, LONG_S)
    store.close()
    assert wait.result(LONG_S) is False


def test_the_thread_ends_when_nobody_waits_any_more(stores: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect._store.sqlite import follower

    monkeypatch.setattr(follower, "IDLE_S", 0.01)
    store = stores()
    for _ in range(3):
        store.follow({"s"}, 0, 0.001).result(LONG_S)
        thread = store._following["log"]._thread
        if thread is not None:
            thread.join(LONG_S)
        assert store._following["log"]._thread is None


def test_a_forked_child_waits_for_itself(stores: Any) -> None:
    store = stores()
    parents = store.follow({"s"}, 0, LONG_S)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            emit(store, "t", "s")
            status = 0 if store.follow({"s"}, 0, LONG_S).result(LONG_S) is True else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert parents.result(LONG_S) is True


_TELLER = """
import sys, time
from prefect._service.unit import Unit
from prefect._store.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
async def work(tx):
    await Unit(tx, 1).emit("t", "s")
for line in sys.stdin:
    store.write(work).result(30)
    print(time.monotonic_ns(), flush=True)
"""


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_it_takes_milliseconds(stores: Any, tmp_path: Path, where: str) -> None:
    store = stores()
    link = link_on(store)
    path = tmp_path / "orchestrator.db"
    teller = subprocess.Popen(
        [sys.executable, "-c", _TELLER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert teller.stdin
    assert teller.stdout
    took: list[float] = []
    for _ in range(20):
        after = drive(link.position())
        woken = store.follow({"s"}, after, 20.0)  # longer waits are for those in no hurry
        arrived: list[int] = []
        woken.add_done_callback(lambda _, arrived=arrived: arrived.append(time.monotonic_ns()))
        if where == "here":
            emit(store, "t", "s")
            told = time.monotonic_ns()
        else:
            teller.stdin.write("\n")
            teller.stdin.flush()
            told = int(teller.stdout.readline())
        woken.result(LONG_S)
        took.append((arrived[0] - told) / 1e6)
    teller.stdin.close()
    teller.wait()
    teller.stdout.close()
    assert sorted(took)[10] < 50, took


def test_threads_that_come_first_together_share_one_follower(stores: Any) -> None:
    store = stores()
    together = threading.Barrier(8)
    results: list[bool] = []

    def wait() -> None:
        together.wait()
        results.append(store.follow({"s"}, 0, LONG_S).result(LONG_S))

    threads = [threading.Thread(target=wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    emit(store, "t", "s")
    for thread in threads:
        thread.join(LONG_S)
    assert results == [True] * 8
