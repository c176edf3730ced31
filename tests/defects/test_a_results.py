"""Results are the right ones, and no work is lost."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prefect import Task, flow, get_client, task
from prefect.blocks.system import Secret
from prefect.cache_policies import INPUTS
from prefect.exceptions import UnfinishedRun
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner


def test_a1_a_returned_failure_is_not_taken_from_the_cache(stored: Callable[[], list[Path]]) -> None:
    calls: list[int] = []

    @task(cache_policy=INPUTS, persist_result=True)
    def refuses_once(x: int) -> Any:
        calls.append(x)
        return Failed(message="not now") if len(calls) == 1 else x * 2

    first = refuses_once(4, return_state=True)
    assert (first.is_failed(), stored()) == (True, [])
    assert refuses_once(4) == refuses_once(4) == 8
    assert calls == [4, 4]


def test_a2_inputs_as_key_do_not_mix_up_tasks() -> None:
    first = task(cache_policy=INPUTS, name="first")(lambda x: f"first {x}")
    second = task(cache_policy=INPUTS, name="second")(lambda x: f"second {x}")
    for _ in range(2):
        assert (first(1), second(1)) == ("first 1", "second 1")


@pytest.mark.parametrize("is_async", [False, True])
def test_a3_a_direct_call_with_a_failed_upstream_raises(is_async: bool, history: Any) -> None:
    calls: list[Any] = []

    @task
    def fails() -> None:
        raise ValueError("broken source")

    @task
    def uses(x: Any) -> None:
        calls.append(x)

    @task
    async def uses_later(x: Any) -> None:
        calls.append(x)

    @flow
    def parent() -> str:
        uses(fails.submit())
        return "went on"

    @flow
    async def async_parent() -> str:
        await uses_later(fails.submit())
        return "went on"

    with pytest.raises(UnfinishedRun):
        asyncio.run(async_parent()) if is_async else parent()
    assert calls == []
    [run] = history.flow_runs()
    assert run["state_type"] == "FAILED"


@pytest.mark.parametrize("max_workers", [1, None])
def test_a4_what_was_submitted_is_finished_before_the_flow_is(max_workers: int | None, history: Any) -> None:
    done: list[int] = []
    returned = threading.Event()

    @task
    def work(x: int) -> None:
        assert returned.wait(30)
        done.append(x)

    @task
    async def later(x: int) -> None:
        await asyncio.to_thread(returned.wait, 30)
        done.append(x)

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=max_workers))
    def forgets() -> str:
        for x in range(4):
            work.submit(x)
            later.submit(x + 10)
        threading.Timer(0.01, returned.set).start()
        return "returned"

    assert forgets() == "returned"
    assert sorted(done) == [0, 1, 2, 3, 10, 11, 12, 13]
    [run] = history.flow_runs()
    tasks = history.task_runs()
    assert [each["state_name"] for each in tasks] == ["Completed"] * 8
    assert all(each["end_time"] <= run["end_time"] for each in tasks)


def test_a5_bound_methods_keep_their_own_self() -> None:
    class Account:
        def __init__(self, owner: str) -> None:
            self.owner = owner

        @flow
        def report(self) -> str:
            return self.owner

        @task
        def name(self) -> str:
            return self.owner

    one, two = Account("one"), Account("two")
    reports, names = [one.report, two.report], [one.name, two.name]
    assert [report() for report in reports] == ["one", "two"]
    assert [name() for name in names] == ["one", "two"]
    together = threading.Barrier(2)

    def repeatedly(account: Account) -> set[str]:
        together.wait(30)
        return {account.report() for _ in range(10)}

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(repeatedly, [one, two])) == [{"one"}, {"two"}]


@pytest.mark.parametrize("is_async", [False, True])
def test_a6_a_flow_that_returns_a_failure_is_run_again(is_async: bool, history: Any) -> None:
    attempts: list[int] = []

    def attempt() -> Any:
        attempts.append(1)
        return Failed(message="no") if len(attempts) < 3 else "third"

    async def later() -> Any:
        return attempt()

    if is_async:
        assert asyncio.run(flow(retries=2)(later)()) == "third"
    else:
        assert flow(retries=2)(attempt)() == "third"
    [run] = history.flow_runs()
    assert (run["state_name"], run["run_count"]) == ("Completed", 3)


def test_a6_the_last_returned_failure_is_final(history: Any) -> None:
    assert flow(retries=1)(lambda: Failed(message="never"))(return_state=True).message == "never"
    assert [run["state_name"] for run in history.flow_runs()] == ["Failed"]


def test_a7_a_generator_object_is_returned_as_a_list() -> None:
    @flow
    def squares() -> Any:
        return (x * x for x in range(3))

    @task
    def cubes() -> Any:
        return (x**3 for x in range(3))

    assert squares() == [0, 1, 4]
    assert flow(lambda: cubes())() == [0, 1, 8]


@pytest.mark.parametrize("wrap", [lambda failed: [failed, 1], lambda failed: {"a": failed}])
def test_a8_failed_states_in_a_returned_collection_are_warned_of(wrap: Any, history: Any) -> None:
    @task
    def fails() -> None:
        raise ValueError("inside")

    assert flow(lambda: wrap(fails.submit()))(return_state=True).is_completed()
    warnings = [line["message"] for line in history.lines() if line["level"] == 30]
    assert any("some states did not complete" in message for message in warnings), warnings


def test_a8_a_list_of_failed_states_fails_the_flow() -> None:
    @task
    def fails() -> None:
        raise ValueError("inside")

    assert flow(lambda: [fails.submit()])(return_state=True).is_failed()


def test_a9_direct_and_submitted_calls_treat_returned_states_alike() -> None:
    refuses = task(lambda: Failed(message="refused"), name="refuses")
    made = task(lambda: Completed(data=3), name="made")

    @task
    async def refuses_later() -> Any:
        return Failed(message="refused")

    def direct() -> Any:
        with pytest.raises(Exception, match="refused"):
            refuses()
        return made()

    def submitted() -> Any:
        with pytest.raises(Exception, match="refused"):
            refuses.submit().result()
        return made.submit().result()

    async def awaited() -> None:
        with pytest.raises(Exception, match="refused"):
            await refuses_later()

    assert flow(direct)() == flow(submitted)() == 3
    asyncio.run(flow(awaited)())


class Condition:
    """A retry condition in the forms that callables come in."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, task: Any, run: Any, state: Any) -> bool:
        self.asked += 1
        return self.asked < 3

    method = __call__

    async def later(self, task: Any, run: Any, state: Any) -> bool:
        return self(task, run, state)

    def with_option(self, task: Any, run: Any, state: Any, option: str) -> bool:
        return self(task, run, state)

    def partial(self) -> Any:
        return functools.partial(self.with_option, option="x")


@pytest.mark.parametrize(
    "of",
    [lambda c: c, lambda c: c.method, lambda c: c.later, lambda c: c.partial()],
    ids=["object", "method", "async", "partial"],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_a10_every_kind_of_callable_decides_about_retries(of: Any, is_async: bool) -> None:
    condition = Condition()
    attempts: list[int] = []

    def fails() -> None:
        attempts.append(1)
        raise ValueError("again")

    async def fails_later() -> None:
        fails()

    if is_async:
        asyncio.run(Task(fails_later, retries=9, retry_condition_fn=of(condition))(return_state=True))
    else:
        Task(fails, retries=9, retry_condition_fn=of(condition))(return_state=True)
    assert (condition.asked, len(attempts)) == (3, 3)


def test_a11_callbacks_of_async_tasks_get_results_and_not_coroutines() -> None:
    attempts: list[int] = []
    seen: list[Any] = []

    def only_os_errors(task: Any, run: Any, state: Any) -> bool:
        try:
            state.result()
        except OSError:
            return True
        except KeyError:
            return False
        raise AssertionError("no failure was told")

    def note(task: Any, run: Any, state: Any) -> None:
        seen.append(state.result(raise_on_failure=False))

    @task(retries=5, retry_condition_fn=only_os_errors, on_failure=[note])
    async def fails() -> None:
        attempts.append(1)
        raise OSError if len(attempts) < 3 else KeyError("gone")

    asyncio.run(fails(return_state=True))
    assert len(attempts) == 3
    assert [type(error) for error in seen] == [KeyError]


def test_a12_helpers_may_await_functions_of_both_forms_under_a_blocking_flow() -> None:
    async def helper() -> str:
        await Secret(value="abc").save("helper-made")  # type: ignore[misc]
        block = await Secret.load("helper-made")  # type: ignore[misc]
        async with get_client() as client:
            assert await client.read_flows()
        return block.get()

    @flow
    def blocking() -> str:
        return asyncio.run(helper())

    assert blocking() == "abc"
