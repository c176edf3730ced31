"""Limits on the tags of tasks: slots before Running, held across retries, freed at the end."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from prefect import flow, tags, task
from prefect._engine import slots, tag_slots

from .conftest import call

pytestmark = pytest.mark.usefixtures("home")
LONG_S = 30.0


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    tag_slots._unlimited.clear()


def limit(tag: str = "db", most: int = 1) -> None:
    call("concurrency_limits.create", body={"name": f"tag:{tag}", "limit": most})


def taken(tag: str = "db") -> int:
    return call("concurrency_limits.read", id_or_name=f"tag:{tag}")["active_slots"]


class Crowd:
    """Counts how many are inside at once."""

    def __init__(self) -> None:
        self.now = self.most = self.all = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.now += 1
            self.all += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.now -= 1


def test_no_more_runs_at_once_than_the_limit() -> None:
    limit(most=2)
    crowd = Crowd()
    pause = threading.Event()

    @task(tags=["db"])
    def work(number: int) -> int:
        with crowd:
            pause.wait(0.002)
        return number

    @flow
    def main() -> list[int]:
        return [future.result() for future in work.map(range(20))]

    assert main() == list(range(20))
    assert crowd.all == 20
    assert crowd.most <= 2
    assert taken() == 0


def test_async_tasks() -> None:
    limit()
    crowd = Crowd()

    @task(tags=["db"])
    async def work() -> int:
        with crowd:
            await asyncio.sleep(0.001)
            return taken()

    @flow
    async def main() -> list[int]:
        return await asyncio.gather(*(work() for _ in range(10)))

    assert asyncio.run(main()) == [1] * 10
    assert crowd.most == 1
    assert taken() == 0


def test_slots_are_held_across_retries_and_by_the_run() -> None:
    limit()
    seen: list[int] = []

    @task(tags=["db"], retries=2, retry_delay_seconds=0.01)
    def work() -> None:
        seen.append(taken())
        raise LookupError

    assert work(return_state=True).is_failed()
    assert seen == [1, 1, 1]
    assert taken() == 0


def test_a_run_waits_in_pending() -> None:
    limit()

    @task(tags=["db"])
    def inner() -> str:
        return "done"

    states: list[str] = []

    @flow
    def main() -> str:
        call("concurrency_limits.increment", body={"names": ["tag:db"], "slots": 1})
        future = inner.submit()
        while not waiters():
            pass
        states.append(future.state.name)
        call("concurrency_limits.decrement", body={"names": ["tag:db"], "slots": 1})
        return future.result()

    assert main() == "done"
    assert states == ["Pending"]


def waiters() -> list[dict[str, Any]]:
    from prefect._link import choose
    from prefect._store.sql import Statement

    link: Any = choose.blocking()
    return link._store.read(lambda tx: tx.all(Statement("all", "SELECT * FROM concurrency_waiter")))


def test_all_tags_must_have_room() -> None:
    limit("a")
    limit("b", 5)

    @task(tags=["a", "b", "unlimited"])
    def work() -> list[int]:
        return [taken("a"), taken("b")]

    assert work() == [1, 1]
    assert [taken("a"), taken("b")] == [0, 0]


def test_tags_of_the_context_count() -> None:
    limit()

    @task
    def work() -> int:
        return taken()

    with tags("db"):
        assert work() == 1
    assert work() == 0


def test_a_limit_of_nothing_fails_the_run() -> None:
    limit(most=0)

    @task(tags=["db"], retries=3)
    def work() -> None:
        raise AssertionError("never runs")

    state = work(return_state=True)
    assert state.is_failed()
    with pytest.raises(slots.ConcurrencySlotAcquisitionError, match="greater than the limit"):
        state.result()


def test_a_tag_without_a_limit_is_asked_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    original = slots.take

    async def take(*arguments: Any) -> Any:
        asked.append(arguments)
        return await original(*arguments)

    monkeypatch.setattr(slots, "take", take)

    @task(tags=["free"])
    def work() -> None:
        return None

    @task
    def untagged() -> None:
        return None

    for _ in range(3):
        work()
        untagged()
    assert len(asked) == 1


def test_a_task_inside_a_task_of_the_same_tag() -> None:
    limit(most=2)

    @task(tags=["db"])
    def inner() -> int:
        return taken()

    @task(tags=["db"])
    def outer() -> int:
        return inner()

    assert outer() == 2
    assert taken() == 0


def test_crashes_free_the_slots() -> None:
    limit()

    @task(tags=["db"])
    def work() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert taken() == 0


@pytest.mark.parametrize("how", ["to the end", "left early", "raised"])
def test_generators(how: str) -> None:
    limit()

    @task(tags=["db"])
    def items() -> Any:
        yield taken()
        if how == "raised":
            raise LookupError
        yield 2

    iterator = items()
    assert next(iterator) == 1
    if how == "to the end":
        assert list(iterator) == [2]
    elif how == "raised":
        with pytest.raises(LookupError):
            next(iterator)
    else:
        iterator.close()
    assert taken() == 0


@pytest.mark.parametrize("how", ["to the end", "left early", "raised"])
def test_async_generators(how: str) -> None:
    limit()

    @task(tags=["db"])
    async def items() -> Any:
        yield taken()
        if how == "raised":
            raise LookupError
        yield 2

    async def main() -> None:
        iterator = items()
        assert await anext(iterator) == 1
        if how == "to the end":
            assert [item async for item in iterator] == [2]
        elif how == "raised":
            with pytest.raises(LookupError):
                await anext(iterator)
        else:
            await iterator.aclose()

    asyncio.run(main())
    assert taken() == 0
