"""What the engine does not do: counts of requests, threads, processes and traversals."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prefect import cache_policies, flow, pause_flow_run, resume_flow_run, task
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._engine import inputs
from prefect._link import choose
from prefect._link.waiting import wait_for_change
from prefect.cache_policies import INPUTS
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner


def test_d1_a_trivial_flow_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    @flow
    def child() -> int:
        return 1

    @flow
    def parent() -> int:
        return child()

    @flow
    async def later() -> int:
        return 1

    parent()  # the first one opens the store, which has threads of its own
    asyncio.run(later())
    begun: list[str] = []
    start = threading.Thread.start

    def counting(thread: threading.Thread) -> None:
        begun.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", counting)
    for _ in range(3):
        parent()
        asyncio.run(later())
    assert begun == []


def test_d2_a_trivial_flow_asks_three_times(asked: Counter[str]) -> None:
    @flow
    def trivial() -> int:
        return 1

    trivial()
    asked.clear()
    trivial()
    assert asked == {"flow_runs.create": 1, "flow_runs.set_state": 2}


def test_d2_a_flow_that_was_deleted_meanwhile_is_made_again(asked: Counter[str], history: Any) -> None:
    @flow
    def trivial() -> int:
        return 1

    trivial()
    [run] = history.flow_runs()
    history.call("flows.delete", id=run["flow_id"])
    assert (trivial(), trivial()) == (1, 1)
    assert {run["state_name"] for run in history.flow_runs()} == {"Completed"}
    assert asked["flows.create"] == 2


@pytest.mark.parametrize("submitted", [False, True])
def test_d3_calls_of_tasks_ask_nothing(submitted: bool, asked: Counter[str], history: Any) -> None:
    @task
    def trivial(x: int) -> int:
        return x

    @flow
    def calls(count: int) -> int:
        if submitted:
            return sum(future.result() for future in [trivial.submit(x) for x in range(count)])
        return sum(trivial(x) for x in range(count))

    calls(1)
    asked.clear()
    assert calls(0) == 0
    without = asked.total()
    asked.clear()
    assert calls(50) == 1225
    assert asked.total() == without, asked
    assert [run["state_name"] for run in history.task_runs()] == ["Completed"] * 51


def process(x: int) -> int:
    return os.getpid()


process_of = task(process)


def test_d4_processes_are_used_again() -> None:
    @flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
    def across() -> set[int]:
        return set(process_of.map(range(8)).result())

    processes = across()
    assert os.getpid() not in processes
    assert len(processes) <= 2


def test_d5_a_paused_run_is_woken_and_does_not_ask_again_and_again(asked: Counter[str], history: Any) -> None:
    follow = type(choose.blocking()).follow
    following: list[float] = []

    @flow
    def waits() -> str:
        pause_flow_run(timeout=600)
        return "went on"

    async def noting(link: Any, wanted: Any, after: int, timeout_s: float, /) -> bool:
        following.append(timeout_s)
        return await follow(link, wanted, after, timeout_s)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as threads:
        patch.setattr(type(choose.blocking()), "follow", noting)
        running = threads.submit(contextvars.copy_context().run, waits)
        paused = _paused(history)
        asked.clear()
        resume_flow_run(paused["id"])
        assert running.result(60) == "went on"
    assert following, "it waits for the log of what happens"
    assert asked.total() <= 8, asked


def _paused(history: Any) -> dict[str, Any]:
    link = choose.blocking()
    while True:
        position = drive(link.position())
        for run in history.flow_runs():
            if run["state_type"] == "PAUSED":
                return run
        news = drive(wait_for_change(link, BLOCKING, ["prefect.flow-run.Paused"], 30, after=position))
        assert news, "nothing happened for too long"


def test_d6_submissions_that_wait_have_no_thread() -> None:
    release = threading.Event()

    @task
    def first() -> int:
        release.wait(60)
        return 1

    @task
    def after(x: int) -> int:
        return x

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=4))
    def waiting() -> tuple[int, int]:
        before = threading.active_count()
        upstream = first.submit()
        futures = [after.submit(upstream) for _ in range(300)]
        threads = threading.active_count() - before
        release.set()
        return threads, sum(future.result() for future in futures)

    threads, total = waiting()
    assert total == 300
    assert threads <= 5


def test_d7_submitted_async_tasks_share_a_loop() -> None:
    @task
    async def loop() -> int:
        await asyncio.sleep(0)
        return id(asyncio.get_running_loop())

    @flow
    def submits() -> list[int]:
        return [future.result() for future in [loop.submit() for _ in range(10)]]

    assert len(set(submits())) == 1


def test_d8_a_key_is_computed_only_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[Any] = []
    digest = cache_policies.digest

    def counting(*args: Any) -> Any:
        hashed.append(args)
        return digest(*args)

    monkeypatch.setattr(cache_policies, "digest", counting)

    @task
    def plain(values: list[int]) -> int:
        return len(values)

    with pytest.warns(UserWarning, match="nothing can be cached"):

        @task(cache_policy=INPUTS, persist_result=False)
        def not_kept(values: list[int]) -> int:
            return len(values)

    @task(cache_policy=INPUTS, persist_result=True)
    def kept(values: list[int]) -> int:
        return len(values)

    @flow
    def parent(numbers: list[int]) -> tuple[int, ...]:
        return plain(numbers), not_kept(numbers), plain.submit(numbers).result()

    assert parent(list(range(1000))) == (1000, 1000, 1000)
    assert hashed == []
    assert kept([1]) == 1
    assert hashed


def test_d8_a_large_list_is_not_visited_element_by_element(monkeypatch: pytest.MonkeyPatch) -> None:
    visits: list[str] = []
    visit_collection = inputs.visit_collection

    def counting(expr: Any, *, visit_fn: Any, **options: Any) -> Any:
        def visit(item: Any, *args: Any) -> Any:
            visits.append(type(item).__name__)
            return visit_fn(item, *args)

        return visit_collection(expr, visit_fn=visit, **options)

    monkeypatch.setattr(inputs, "visit_collection", counting)

    @task
    def count(values: Any) -> int:
        return len(values)

    numbers = list(range(10_000))

    @flow
    def parent() -> tuple[int, ...]:
        submitted = count.submit(numbers)  # from here on a future could be among parameters
        return count(numbers), count.submit(numbers).result(), submitted.result()

    assert parent() == (10_000, 10_000, 10_000)
    assert visits.count("int") < 100
