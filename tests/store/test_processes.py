"""Several processes on one file: beginning at once, dying at any point, forking."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from prefect._store import faults
from prefect._store.sql import Queries
from prefect._store.sqlite import SqliteStore
from prefect._store.store import Tx

sql = Queries(__file__)
Start = Callable[..., "subprocess.Popen[str]"]

WRITER = """
    import sys
    from prefect._store.sql import Statement
    from prefect._store.sqlite import SqliteStore
    put = Statement("put", "INSERT INTO configuration (key, value) VALUES (:key, '1')")
    sys.stdin.readline()
    store = SqliteStore(sys.argv[1])
    for i in range(int(sys.argv[3])):
        async def work(tx):
            await tx.run(put, key=f"{sys.argv[2]}-{i}")
        store.write(work).result()
        print(i, flush=True)
"""


def stored(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [key for (key,) in connection.execute("SELECT key FROM configuration")]
    finally:
        connection.close()


def test_eight_processes_begin_at_once_in_a_fresh_home(path: Path, python: Start) -> None:
    processes = [python(WRITER, f"{number}", "50") for number in range(8)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        _, error = process.communicate(timeout=60)
        assert (process.returncode, error) == (0, "")
    assert len(stored(path)) == 400


def test_what_was_answered_survives_the_death_of_the_process(path: Path, python: Start) -> None:
    process = python(WRITER, "x", "100000")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    answered = [int(process.stdout.readline()) for _ in range(200)]
    process.kill()
    rest, _ = process.communicate(timeout=60)
    answered += [int(line) for line in rest.split("\n")[:-1]]
    assert {f"x-{number}" for number in answered} <= set(stored(path))


KILLED = """
    import os, signal, sys
    from prefect._store import faults
    from prefect._store.sql import Statement
    from prefect._store.sqlite import SqliteStore
    put = Statement("put", "INSERT INTO configuration (key, value) VALUES (:key, '1')")
    def kill(point):
        if point == sys.argv[2]:
            os.kill(os.getpid(), signal.SIGKILL)
    if sys.argv[2].startswith("sqlite.create"):
        faults.install(kill)
    store = SqliteStore(sys.argv[1])
    async def before(tx):
        await tx.run(put, key="before")
    store.write(before).result()
    faults.install(kill)
    async def during(tx):
        await tx.run(put, key="during")
    store.write(during).result()
    print("survived")
"""
LEFT = {
    "sqlite.create.before_rename": [],
    "sqlite.group.begun": ["before"],
    "sqlite.group.before_commit": ["before"],
    "sqlite.group.after_commit": ["before", "during"],
}


@pytest.mark.parametrize("point", faults.POINTS)
def test_death_at_a_commit_point(path: Path, python: Start, point: str) -> None:
    process = python(KILLED, point)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (-signal.SIGKILL, ""), error
    store = SqliteStore(path)  # opens without further ado

    async def put(tx: Tx) -> None:
        await tx.run(sql.put, key="later", value="1")

    store.write(put).result(10)
    store.close()
    assert sorted(stored(path)) == sorted([*LEFT[point], "later"])


AT_EXIT = """
    import sys
    from prefect._base.ids import new_id
    from prefect._base.records import LogLine
    from prefect._store.sqlite import SqliteStore
    store = SqliteStore(sys.argv[1])
    for i in range(500):
        store.record(LogLine(new_id(), i, 20, "name", "text", None, None))
    {ending}
"""


@pytest.mark.parametrize("ending", ["pass", "raise SystemExit(3)", "raise KeyboardInterrupt"])
def test_the_end_of_a_process_waits_for_what_is_queued(path: Path, python: Start, ending: str) -> None:
    python(AT_EXIT.replace("{ending}", ending)).communicate(timeout=60)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM log").fetchone() == (500,)
    connection.close()


WORKERS = """
    import sys, multiprocessing
    from prefect._store.sql import Statement
    from prefect._store.sqlite import SqliteStore
    put = Statement("put", "INSERT INTO configuration (key, value) VALUES (:key, '1')")
    store = SqliteStore(sys.argv[1])
    def queue(key):
        async def work(tx):
            await tx.run(put, key=key)
        store.enqueue(work)
    def child(number):
        for i in range(50):
            queue(f"child-{number}-{i}")
    context = multiprocessing.get_context("fork")
    for i in range(200):
        queue(f"parent-{i}")
    processes = []
    for number in range(6):
        processes.append(context.Process(target=child, args=(number,)))
        processes[-1].start()
        for i in range(20):
            queue(f"parent-between-{number}-{i}")
    for process in processes:
        process.join()
        assert process.exitcode == 0
"""


def test_forked_workers_write_too_and_each_item_once(path: Path, python: Start) -> None:
    process = python(WORKERS)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    assert len(stored(path)) == 200 + 6 * 50 + 6 * 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_fork_leaves_the_parent_as_it_was(sqlite: SqliteStore) -> None:
    async def put_a(tx: Tx) -> None:
        await tx.run(sql.put, key="a", value="1")

    async def put_b(tx: Tx) -> None:
        await tx.run(sql.put, key="b", value="1")

    sqlite.write(put_a).result(10)
    assert sqlite.read(lambda tx: tx.all(sql["all"])) == [{"key": "a", "value": "1"}]
    child = os.fork()
    if child == 0:
        sqlite.write(put_b).result(10)
        seen = sqlite.read(lambda tx: tx.all(sql["all"]))
        os._exit(0 if len(seen) == 2 else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert len(sqlite.read(lambda tx: tx.all(sql["all"]))) == 2
    with pytest.raises(Exception, match="refused a row"):
        sqlite.write(put_b).result(10)


def test_another_program_that_holds_the_lock_is_waited_for(sqlite: SqliteStore) -> None:
    async def put(tx: Tx) -> None:
        await tx.run(sql.put, key="a", value="1")

    other = sqlite3.connect(sqlite.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    future = sqlite.write(put)
    with pytest.raises(TimeoutError):
        future.result(0.05)
    other.execute("COMMIT")
    other.close()
    future.result(10)
