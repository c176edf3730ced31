"""Submitting: threads, async tasks on a loop of their own, processes; nothing is dropped or deadlocks."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

import pytest

from prefect import flow, task
from prefect.exceptions import MappingLengthMismatch, MappingMissingIterable, UnfinishedRun
from prefect.futures import PrefectFutureList, as_completed, submit, wait
from prefect.task_runners import ConcurrentTaskRunner, ProcessPoolTaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote, unmapped


@task
def add(a: int, b: int = 1) -> int:
    return a + b


@task
def where(x: int) -> tuple[int, int]:
    return os.getpid(), x * x


@task
def raises(message: str) -> None:
    raise ValueError(message)


def test_what_is_not_awaited_is_finished_before_the_flow_ends(history: Any) -> None:
    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def fire_and_forget() -> str:
        add.map(range(20))
        raises.submit("nobody asks")
        return "done"

    assert fire_and_forget() == "done"
    names = [run["state_name"] for run in history.task_runs()]
    assert names.count("Completed") == 20
    assert names.count("Failed") == 1
    assert history.flow_runs()[0]["state_name"] == "Completed"


def test_tasks_that_wait_for_tasks_do_not_deadlock() -> None:
    @task
    def fib(n: int) -> int:
        if n < 2:
            return n
        one, two = fib.submit(n - 1), fib.submit(n - 2)
        return one.result() + two.result()

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def compute() -> int:
        return fib.submit(9).result()

    assert compute() == 34


def test_async_tasks_that_block_on_async_tasks_do_not_deadlock() -> None:
    @task
    async def leaf(x: int) -> int:
        await asyncio.sleep(0)
        return x

    @task
    async def node(x: int) -> int:
        return sum(f.result() for f in [leaf.submit(x), leaf.submit(x + 1)])

    @flow
    def compute() -> list[int]:
        return node.map([1, 2, 3]).result()

    assert compute() == [3, 5, 7]


def test_max_workers_bounds_what_runs_at_once() -> None:
    running, peak, lock = 0, 0, threading.Lock()
    gate = threading.Barrier(3, timeout=10)

    @task
    def work(i: int) -> None:
        nonlocal running, peak
        with lock:
            running += 1
            peak = max(peak, running)
        gate.wait()
        with lock:
            running -= 1

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=3))
    def busy() -> None:
        work.map(range(9)).wait()

    busy()
    assert peak == 3


def test_blocked_tasks_get_threads_beyond_the_eager_ones() -> None:
    gate = threading.Barrier(40, timeout=10)

    @task
    def meet(i: int) -> int:
        return gate.wait()

    @flow
    def meeting() -> list[int]:
        return sorted(meet.map(range(40)).result())

    assert meeting() == list(range(40))


def test_the_first_failure_of_a_list_is_raised_and_order_is_kept() -> None:
    @flow
    def mapping() -> list[int]:
        futures = add.map([3, 1, 2], 10)
        assert isinstance(futures, PrefectFutureList)
        with pytest.raises(ValueError, match="b"):
            raises.map(["b"]).result()
        assert isinstance(raises.map(["c"]).result(raise_on_failure=False)[0], ValueError)
        return futures.result()

    assert mapping() == [13, 11, 12]


def test_map_says_what_is_wrong() -> None:
    @flow
    def mapping() -> None:
        with pytest.raises(MappingLengthMismatch, match="a"):
            add.map([1, 2], [1])
        with pytest.raises(MappingMissingIterable):
            add.map(1, 2)
        assert add.map([], 2) == []
        assert add.map({1: "x", 2: "y"}).result() == [2, 3]
        assert add.map((i for i in range(2)), b=unmapped(5)).result() == [5, 6]

    mapping()


def test_submit_needs_a_flow_and_a_task() -> None:
    with pytest.raises(RuntimeError, match="needs a flow around it"):
        add.submit(1)
    with pytest.raises(TypeError, match="@task"):
        submit(len, "x")  # type: ignore[arg-type]

    @flow
    def ok() -> int:
        return submit(add, 1, b=2).result()

    assert ok() == 3


def test_wait_and_as_completed() -> None:
    gate = threading.Event()

    @task
    def slow() -> str:
        gate.wait(10)
        return "slow"

    @task
    def quick() -> str:
        return "quick"

    @flow
    def waiting() -> None:
        futures = [slow.submit(), quick.submit()]
        done, not_done = wait(futures[1:])
        assert [f.result() for f in done] == ["quick"]
        assert not not_done
        done, not_done = wait(futures, timeout=0.01)
        assert not_done == {futures[0]}
        with pytest.raises(TimeoutError, match="did not complete within"):
            futures[0].result(timeout=0.01)
        with pytest.raises(TimeoutError, match=r"1 \(of 2\) futures unfinished"):
            list(as_completed(futures, timeout=0.01))
        with pytest.raises(ValueError, match="timeout"):
            wait(futures, timeout=-1)
        assert futures[0].state.is_running()
        gate.set()
        assert {f.result() for f in as_completed([*futures, *futures])} == {"slow", "quick"}

    waiting()


def test_callbacks_are_called_once_with_the_future() -> None:
    seen: list[Any] = []

    @flow
    def calling() -> None:
        future = add.submit(1)
        future.add_done_callback(seen.append)
        future.wait()
        future.add_done_callback(seen.append)
        assert seen == [future, future]

    calling()


def test_futures_can_be_awaited() -> None:
    @flow
    async def awaiting() -> tuple[int, list[int]]:
        return await add.submit(1), await add.map([1, 2])

    assert asyncio.run(awaiting()) == (2, [2, 3])


def test_quoted_futures_stay_futures_and_waited_for_failures_stop() -> None:
    @task
    def kind(x: Any) -> str:
        return type(x).__name__

    @flow
    def quoting() -> Any:
        future = add.submit(1)
        bad = raises.submit("x")
        blocked = kind.submit(1, wait_for=[bad])
        with pytest.raises(UnfinishedRun, match="Upstream task run"):
            blocked.result()
        with pytest.raises(UnfinishedRun, match="Upstream task run"):
            kind(bad)
        return kind(quote(future)), kind(future), kind([future])

    assert quoting() == ("PrefectConcurrentFuture", "int", "list")


def test_tasks_in_processes() -> None:
    @flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
    def across() -> Any:
        answers = where.map([1, 2, 3]).result()
        failed = raises.submit("over there")
        after = add.submit(failed)
        after.wait()
        with pytest.raises(ValueError, match="over there"):
            failed.result()
        return answers, after.state.name, add.submit(where.submit(2).result()[1]).result()

    answers, not_ready, last = across()
    assert [square for _, square in answers] == [1, 4, 9]
    assert os.getpid() not in {pid for pid, _ in answers}
    assert not_ready == "NotReady"
    assert last == 5


def test_processes_say_what_cannot_cross() -> None:
    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
    def across() -> None:
        with pytest.raises(TypeError, match="picklable"):
            add.submit(threading.Lock()).result()  # type: ignore[arg-type]

    across()


def test_names_and_equality_of_runners() -> None:
    assert ConcurrentTaskRunner is ThreadPoolTaskRunner
    assert ThreadPoolTaskRunner(3) == ThreadPoolTaskRunner(3).duplicate()
    assert ThreadPoolTaskRunner(3) != ThreadPoolTaskRunner(4)
    with pytest.raises(ValueError, match="max_workers"):
        ThreadPoolTaskRunner(0)
    with pytest.raises(RuntimeError, match="not started"):
        ThreadPoolTaskRunner().submit(add, {"a": 1})


@task
def total(values: list[int]) -> int:
    return sum(values)


@pytest.mark.parametrize("runner", [ThreadPoolTaskRunner, ProcessPoolTaskRunner])
def test_a_thousand_mapped_tasks_that_depend_on_each_other_are_all_recorded(
    runner: Any, history: Any
) -> None:
    @flow(task_runner=runner(max_workers=2))
    def chained() -> int:
        first = add.map(range(500))
        second = add.map(first, first)
        return total.submit(second).result()

    assert chained() == sum(2 * (x + 1) for x in range(500))
    assert history.count_task_runs("COMPLETED") == 1001
