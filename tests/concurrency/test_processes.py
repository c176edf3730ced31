"""Several processes on one home: no slot too many, the dead hold nothing, slots are handed over at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect.concurrency.sync import concurrency

from .conftest import call

LONG_S = 60.0

_RACER = """
import sys, threading
from pathlib import Path
from prefect.concurrency.sync import concurrency
inside = Path(sys.argv[1])
def work(number):
    for turn in range(int(sys.argv[2])):
        with concurrency("db"):
            mark = inside / f"{sys.argv[3]}-{number}"
            mark.touch()
            sys.stdout.write(f"{len(list(inside.iterdir()))}\\n")
            mark.unlink()
threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""

_HOLDER = """
import sys
from prefect.concurrency.sync import concurrency
with concurrency("db"):
    print("in", flush=True)
    sys.stdin.readline()
"""

# says when it got in and when it left, by a clock that all processes of a machine share
_TURNS = """
import sys, time
from prefect.concurrency.sync import concurrency
for line in sys.stdin:
    print("asks", flush=True)
    with concurrency("db"):
        print(time.monotonic_ns(), flush=True)
"""


@pytest.fixture
def run(home: Path) -> Iterator[Any]:
    started: list[subprocess.Popen[str]] = []

    def _run(program: str, *arguments: object) -> subprocess.Popen[str]:
        environment = {**os.environ, "PREFECT_HOME": str(home)}
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        started.append(process)
        return process

    yield _run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def limit(most: int = 1) -> None:
    call("concurrency_limits.create", body={"name": "db", "limit": most})


def taken() -> int:
    return call("concurrency_limits.read", id_or_name="db")["active_slots"]


def test_processes_and_threads_race(run: Any, tmp_path: Path) -> None:
    limit(2)
    inside = tmp_path / "inside"
    inside.mkdir()
    racers = [run(_RACER, inside, 8, number) for number in range(3)]
    seen = [int(line) for racer in racers for line in racer.communicate(timeout=LONG_S)[0].split()]
    assert len(seen) == 3 * 3 * 8
    assert 1 <= max(seen) <= 2
    assert taken() == 0


def test_a_fork_inside_a_block_holds_nothing_of_it(home: Path) -> None:
    limit()
    with concurrency("db"):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                with concurrency("db", timeout_seconds=0):
                    status = 2
            except TimeoutError:
                status = 0
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert taken() == 1


def test_a_killed_holder_frees_its_slots(run: Any) -> None:
    limit()
    holder = run(_HOLDER)
    assert holder.stdout.readline() == "in\n"
    assert taken() == 1
    holder.send_signal(signal.SIGKILL)
    holder.wait(LONG_S)
    with concurrency("db", timeout_seconds=LONG_S):
        assert taken() == 1
    assert taken() == 0


def test_a_holder_that_is_killed_while_others_wait(run: Any) -> None:
    limit()
    holder, waiter = run(_HOLDER), run(_TURNS)
    assert holder.stdout.readline() == "in\n"
    waiter.stdin.write("\n")
    waiter.stdin.flush()
    assert waiter.stdout.readline() == "asks\n"
    holder.send_signal(signal.SIGKILL)
    assert int(waiter.stdout.readline())


def test_a_slot_is_handed_over_at_once(run: Any) -> None:
    limit()
    waiter = run(_TURNS)
    took_ms: list[float] = []
    for _ in range(10):
        with concurrency("db"):
            waiter.stdin.write("\n")
            waiter.stdin.flush()
            assert waiter.stdout.readline() == "asks\n"
            while not _waits():
                pass
            freed = time.monotonic_ns()
        took_ms.append((int(waiter.stdout.readline()) - freed) / 1e6)
    assert sorted(took_ms)[5] < 60, took_ms


def _waits() -> bool:
    from prefect._link import choose
    from prefect._store.sql import Statement

    link: Any = choose.blocking()
    return bool(link._store.read(lambda tx: tx.all(Statement("all", "SELECT * FROM concurrency_waiter"))))


def test_who_comes_back_sooner_starves_nobody(run: Any) -> None:
    """A process that takes the slot again and again lets the one in that waits, after one turn."""
    limit()
    waiter = run(_TURNS)
    with concurrency("db"):
        waiter.stdin.write("\n")
        waiter.stdin.flush()
        assert waiter.stdout.readline() == "asks\n"
        while not _waits():
            pass
    turns = 0
    os.set_blocking(waiter.stdout.fileno(), False)
    while not waiter.stdout.readline():
        with concurrency("db"):
            turns += 1
    assert turns <= 3
