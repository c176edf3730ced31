"""What every lock manager does, run on each of them."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prefect._base import clock as clocks
from prefect._base.clock import ManualClock
from prefect.locking.filesystem import FileSystemLockManager
from prefect.locking.memory import MemoryLockManager
from prefect.locking.protocol import LockManager


@pytest.fixture(params=["memory", "files"])
def locks(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryLockManager() if request.param == "memory" else FileSystemLockManager(tmp_path / "locks")


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return request.node.name


@pytest.fixture
def manual(monkeypatch: pytest.MonkeyPatch, locks: Any) -> ManualClock:
    manual = ManualClock()
    monkeypatch.setattr(clocks, "system", manual)
    if isinstance(locks, MemoryLockManager):
        monkeypatch.setattr(locks, "_clock", manual)
    return manual


def test_they_are_lock_managers(locks: Any) -> None:
    assert isinstance(locks, LockManager)


def test_one_holder_at_a_time(locks: LockManager, key: str) -> None:
    assert locks.acquire_lock(key, "a")
    assert locks.is_locked(key)
    assert locks.is_lock_holder(key, "a")
    assert not locks.is_lock_holder(key, "b")
    assert not locks.acquire_lock(key, "b", acquire_timeout=0)
    assert not locks.wait_for_lock(key, timeout=0)
    locks.release_lock(key, "a")
    assert not locks.is_locked(key)
    assert locks.wait_for_lock(key)
    assert locks.acquire_lock(key, "b")
    locks.release_lock(key, "b")


def test_a_holder_may_take_it_again(locks: LockManager, key: str) -> None:
    assert locks.acquire_lock(key, "a")
    assert locks.acquire_lock(key, "a", acquire_timeout=0)
    locks.release_lock(key, "a")
    assert not locks.is_locked(key)


def test_only_the_holder_can_release(locks: LockManager, key: str) -> None:
    with pytest.raises(ValueError, match="not held"):
        locks.release_lock(key, "a")
    locks.acquire_lock(key, "a")
    with pytest.raises(ValueError, match="not held by 'b'"):
        locks.release_lock(key, "b")
    assert locks.is_lock_holder(key, "a")
    locks.release_lock(key, "a")


def test_keys_do_not_disturb_each_other(locks: LockManager, key: str) -> None:
    assert locks.acquire_lock(f"{key}/1", "a")
    assert locks.acquire_lock(f"{key}/2", "b", acquire_timeout=0)
    assert locks.acquire_lock("../" + key, "c", acquire_timeout=0)
    assert locks.acquire_lock(key + "x" * 300, "d", acquire_timeout=0)
    for name, holder in ((f"{key}/1", "a"), (f"{key}/2", "b"), ("../" + key, "c"), (key + "x" * 300, "d")):
        locks.release_lock(name, holder)


def test_a_lock_ends_with_its_time(locks: LockManager, key: str, manual: ManualClock) -> None:
    assert locks.acquire_lock(key, "a", hold_timeout=10)
    manual.advance(9)
    assert locks.is_lock_holder(key, "a")
    manual.advance(2)
    assert not locks.is_locked(key)
    assert locks.acquire_lock(key, "b", acquire_timeout=0)
    with pytest.raises(ValueError, match="not held by 'a'"):
        locks.release_lock(key, "a")
    locks.release_lock(key, "b")


def test_whoever_waits_gets_it_in_the_end(locks: LockManager, key: str) -> None:
    inside, most, order = 0, 0, []
    mutex = threading.Lock()

    def work(holder: str) -> None:
        nonlocal inside, most
        assert locks.acquire_lock(key, holder, acquire_timeout=30)
        with mutex:
            inside += 1
            most = max(most, inside)
        order.append(holder)
        with mutex:
            inside -= 1
        locks.release_lock(key, holder)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, map(str, range(24))))
    assert most == 1
    assert len(order) == 24
    assert not locks.is_locked(key)


async def _exclusive(locks: LockManager, key: str, count: int) -> int:
    inside, most = 0, 0

    async def work(holder: str) -> None:
        nonlocal inside, most
        assert await locks.aacquire_lock(key, holder, acquire_timeout=30)
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0)
        inside -= 1
        locks.release_lock(key, holder)

    await asyncio.gather(*(work(str(n)) for n in range(count)))
    assert await locks.await_for_lock(key)
    return most


def test_coroutines_wait_without_blocking_their_loop(locks: LockManager, key: str) -> None:
    assert asyncio.run(_exclusive(locks, key, 12)) == 1


def test_a_coroutine_that_gives_up_lets_the_next_one_in(locks: LockManager, key: str) -> None:
    async def run() -> None:
        assert await locks.aacquire_lock(key, "a")
        first = asyncio.create_task(locks.aacquire_lock(key, "b"))
        second = asyncio.create_task(locks.aacquire_lock(key, "c"))
        await asyncio.sleep(0)
        locks.release_lock(key, "a")
        first.cancel()
        if (await asyncio.gather(first, return_exceptions=True)) == [True]:
            locks.release_lock(key, "b")
        assert await asyncio.wait_for(second, 10)
        locks.release_lock(key, "c")

    asyncio.run(run())


def test_a_thread_that_waits_is_woken(locks: LockManager, key: str) -> None:
    locks.acquire_lock(key, "a")
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(locks.wait_for_lock, key, 30)
        taking = pool.submit(locks.acquire_lock, key, "b", 30)
        locks.release_lock(key, "a")
        assert taking.result(30)
        locks.release_lock(key, "b")
        assert waiting.result(30)


def test_the_memory_manager_is_one_for_the_process() -> None:
    assert MemoryLockManager() is MemoryLockManager()


# -- files alone --------------------------------------------------------------------------------------


def test_the_file_tells_holder_and_expiration(tmp_path: Path) -> None:
    locks = FileSystemLockManager(tmp_path)
    locks.acquire_lock("key", "me", hold_timeout=60)
    data = json.loads((tmp_path / "key.lock").read_text())
    assert data["holder"] == "me"
    assert clocks.from_iso(data["expiration"]) > clocks.system.now_us()
    locks.release_lock("key", "me")
    assert not (tmp_path / "key.lock").exists()


def test_a_file_of_another_writer_is_understood(tmp_path: Path) -> None:
    (tmp_path / "key.lock").write_text('{"holder":"h1","expiration":"2126-11-21 11:55:22.151357+00:00"}')
    assert FileSystemLockManager(tmp_path).is_lock_holder("key", "h1")


def test_two_managers_of_one_directory_see_the_same_locks(tmp_path: Path) -> None:
    one, other = FileSystemLockManager(tmp_path), FileSystemLockManager(tmp_path)
    assert one == other
    one.acquire_lock("key", "a")
    assert not other.acquire_lock("key", "b", acquire_timeout=0)
    one.release_lock("key", "a")


TAKE_AND_DIE = """
import os, sys
from pathlib import Path
from prefect.locking.filesystem import FileSystemLockManager
assert FileSystemLockManager(Path(sys.argv[1])).acquire_lock("key", "gone")
os._exit(1)
"""


def test_a_lock_ends_with_the_process_that_took_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", TAKE_AND_DIE, str(tmp_path)], check=False)
    assert (tmp_path / "key.lock").exists()
    locks = FileSystemLockManager(tmp_path)
    assert not locks.is_locked("key")
    assert locks.acquire_lock("key", "next", acquire_timeout=0)


def _count_up(directory: str, rounds: int) -> None:
    locks, counter = FileSystemLockManager(Path(directory)), Path(directory) / "counter"
    for _ in range(rounds):
        assert locks.acquire_lock("counter", str(os.getpid()), acquire_timeout=60)
        counter.write_text(str(int(counter.read_text()) + 1))
        locks.release_lock("counter", str(os.getpid()))


def test_processes_exclude_each_other(tmp_path: Path) -> None:
    (tmp_path / "counter").write_text("0")
    spawn = multiprocessing.get_context("spawn")
    start: Callable[..., Any] = spawn.Process
    workers = [start(target=_run_count, args=(str(tmp_path), str(Path(__file__)))) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (tmp_path / "counter").read_text() == "30"


def _run_count(directory: str, _: str) -> None:
    _count_up(directory, 15)
