"""Background runs: handed over, executed elsewhere, waited for; the same without and with a server."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import cloudpickle
import pytest
from tests.background.conftest import serving

from prefect import flow, tags, task
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._engine.persist import kept
from prefect._link import choose
from prefect._wire.operation import named
from prefect.exceptions import MissingResult, ParameterBindError, SerializationError, UnfinishedRun
from prefect.futures import PrefectDistributedFuture, as_completed, wait
from prefect.results import read_record
from prefect.task_runners import PrefectTaskRunner
from prefect.task_runs import TaskRunWaiter
from prefect.task_worker import TaskWorker

WAIT_S = 20


@task
def add(x: int, y: int = 1) -> int:
    return x + y


@task
async def double(x: int) -> int:
    return 2 * x


@task(retries=1)
def fail_at_first(seen: list[int]) -> str:
    seen.append(1)
    if len(seen) < 2:
        raise ValueError("not yet")
    return "well"


@task
def fail() -> None:
    raise KeyError("gone")


def read(future: PrefectDistributedFuture[Any]) -> dict[str, Any]:
    return drive(choose.blocking().call(named("task_runs.read"), id=str(future.task_run_id)))


def test_results_come_back(place: str) -> None:
    futures = [add.delay(number) for number in range(5)]
    assert futures[0].state.is_scheduled()
    with serving(add, double):
        later = double.delay(4)
        assert [future.result(WAIT_S) for future in futures] == [1, 2, 3, 4, 5]
        assert later.result(WAIT_S) == 8
        assert asyncio.run(add.delay(1, y=5).result_async(WAIT_S)) == 6
    run = read(futures[0])
    assert (run["name"], run["flow_run_id"], run["state_name"], run["run_count"]) == (
        "add",
        None,
        "Completed",
        1,
    )
    assert run["task_inputs"] == {"x": [], "y": []}


def test_failures_come_back(place: str) -> None:
    with serving(fail, fail_at_first):
        future = fail.delay()
        with pytest.raises(KeyError, match="gone"):
            future.result(WAIT_S)
        assert isinstance(future.result(WAIT_S, raise_on_failure=False), KeyError)
        assert future.state.is_failed()
        assert fail_at_first.delay([]).result(WAIT_S) == "well"


def test_each_is_executed_once_by_several_workers(place: str) -> None:
    seen: list[int] = []

    @task
    def note(x: int) -> int:
        seen.append(x)
        return x

    futures = [note.delay(number) for number in range(40)]
    with serving(note, limit=3), serving(note, limit=None):
        done, not_done = wait(futures, timeout=WAIT_S)
        assert (len(done), len(not_done)) == (40, 0)
        assert len(list(as_completed(futures, timeout=WAIT_S))) == 40
    assert sorted(seen) == list(range(40))


def test_the_limit_holds(place: str) -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(2)

    @task
    def count() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        full.wait(WAIT_S)
        with lock:
            at_once -= 1

    futures = [count.delay() for _ in range(8)]
    with serving(count, limit=2):
        wait(futures, timeout=WAIT_S)
    assert most == 2


def test_futures_as_arguments(place: str) -> None:
    @task
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    @flow
    def around() -> int:
        here = add.submit(1)
        return total.delay([add.delay(5), here]).result(WAIT_S)  # pyright: ignore[reportArgumentType]

    with serving(add, total, fail):
        assert around() == 8
        never = add.apply_async((1,), wait_for=[fail.delay()])
        with pytest.raises(UnfinishedRun, match="did not reach"):
            never.result(WAIT_S)
        assert never.state.name == "NotReady"


def test_inside_of_a_flow_ids_travel_and_not_the_flow(place: str) -> None:
    lock = threading.Lock()  # nothing that is around a flow can be pickled

    @task
    def tagged() -> str:
        return "done"

    futures: list[PrefectDistributedFuture[str]] = []

    @flow
    def around() -> None:
        with lock, tags("blue"):
            futures.append(tagged.delay())

    with serving(tagged):
        around()
        (future,) = futures
        assert future.result(WAIT_S) == "done"
    run = read(future)
    assert run["flow_run_id"] is not None
    assert run["tags"] == ["blue"]


def test_a_later_time_is_waited_for(place: str) -> None:
    at = datetime.now(UTC) + timedelta(seconds=0.3)
    with serving(add):
        future = add.apply_async((1,), scheduled_time=at)
        assert future.result(WAIT_S) == 2
        assert read(future)["start_time"] >= at.isoformat().replace("+00:00", "Z")


def test_map(place: str) -> None:
    with serving(add):
        assert add.map([1, 2, 3], y=10, deferred=True).result(WAIT_S) == [11, 12, 13]


def test_a_flow_can_give_all_its_tasks_to_workers(place: str) -> None:
    @flow(task_runner=PrefectTaskRunner())
    def around() -> list[int]:
        first = add.submit(1)
        return [add.submit(first).result(), *add.map([10, 20]).result()]

    with serving(add):
        assert around() == [3, 11, 21]


def test_what_cannot_be_stored_is_refused_at_once(place: str) -> None:
    with pytest.raises(SerializationError, match="cannot be stored"):
        add.delay(threading.Lock())  # pyright: ignore[reportArgumentType]
    with pytest.raises(ParameterBindError):
        add.delay()  # pyright: ignore[reportCallIssue]


def test_large_arguments_and_results_go_to_files(place: str) -> None:
    @task
    def reverse(text: str) -> str:
        return text[::-1]

    with serving(reverse):
        assert reverse.delay("ab" * 100_000).result(WAIT_S) == "ba" * 100_000


def test_a_future_is_its_id(place: str) -> None:
    future = add.delay(1)
    assert cloudpickle.loads(cloudpickle.dumps(future)) == future
    assert {future, PrefectDistributedFuture(future.task_run_id)} == {future}
    with pytest.raises(TimeoutError, match="did not complete"):
        future.result(0.01)
    with serving(add):
        state = asyncio.run(TaskRunWaiter.wait_for_task_run(future.task_run_id, WAIT_S))
        assert state is not None
        assert state.is_completed()


def test_one_round(place: str) -> None:
    futures = [add.delay(number) for number in range(12)]
    assert asyncio.run(TaskWorker(add, limit=3).run_once()) == 12
    assert [future.result(1) for future in futures] == list(range(1, 13))
    assert asyncio.run(TaskWorker(add).run_once()) == 0


def test_a_stopped_worker_hands_back_what_it_runs(place: str) -> None:
    begun, go_on = threading.Event(), threading.Event()
    calls: list[int] = []

    @task
    def slow() -> str:
        calls.append(1)
        if len(calls) == 1:
            begun.set()
            go_on.wait(WAIT_S)
        return "at last"

    with serving(slow, grace_s=0.05):
        future = slow.delay()
        assert begun.wait(WAIT_S)
    assert future.state.is_scheduled()
    with serving(slow):
        assert future.result(WAIT_S) == "at last"
    go_on.set()
    for thread in threading.enumerate():  # what was handed back ends here, too, and is told to nobody
        if thread.name.startswith("prefect-task-worker"):
            thread.join(WAIT_S)
    assert len(calls) == 2
    assert [read(future)["state_name"], read(future)["run_count"]] == ["Completed", 2]


def test_a_cancelled_run_is_not_executed(place: str) -> None:
    future = add.delay(1)
    body = {"state": {"type": "CANCELLED", "name": "Cancelled"}}
    drive(choose.blocking().call(named("task_runs.set_state"), id=str(future.task_run_id), body=body))
    assert asyncio.run(TaskWorker(add).run_once()) == 0
    assert future.state.is_cancelled()


@pytest.mark.parametrize("told", ["CANCELLED", "CANCELLING"])
@pytest.mark.parametrize("is_async", [False, True])
def test_a_run_that_goes_on_is_cancelled(place: str, told: str, is_async: bool) -> None:
    begun, ended = threading.Event(), threading.Event()
    how: list[str] = []

    def noted(error: BaseException) -> None:
        how.append(type(error).__name__)
        ended.set()
        raise error

    @task
    def busy() -> None:
        begun.set()
        try:
            while not ended.wait(0.005):
                pass
        except BaseException as error:
            noted(error)

    @task
    async def async_busy() -> None:
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        except BaseException as error:
            noted(error)

    chosen = async_busy if is_async else busy
    with serving(chosen, add, limit=1):
        future = chosen.delay()
        assert begun.wait(WAIT_S)
        body = {"state": {"type": told, "name": told.capitalize()}}
        drive(choose.blocking().call(named("task_runs.set_state"), id=str(future.task_run_id), body=body))
        assert ended.wait(WAIT_S)
        future.wait(WAIT_S)
        assert add.delay(1).result(WAIT_S) == 2  # its place is free
    assert future.state.is_cancelled()
    assert how == ["CancelledError" if is_async else "Cancelled"]


def test_a_run_without_its_arguments_is_deleted(place: str) -> None:
    future = add.delay(1)

    async def lose() -> None:
        async with TaskWorker(add) as worker:
            run = read(future)
            run["state"]["state_details"]["task_parameters_id"] = str(future.task_run_id)
            from prefect.client.schemas.objects import TaskRun

            await worker.execute_task_run(TaskRun.model_validate(run))

    asyncio.run(lose())
    assert future.state.name == "Pending"  # there is no such run any more


def test_a_worker_needs_tasks() -> None:
    with pytest.raises(ValueError, match="at least one task"):
        TaskWorker()
    with pytest.raises(TypeError, match="@task"):
        TaskWorker(print)  # pyright: ignore[reportArgumentType]


def test_results_are_read_on_another_machine(url: str, other_machine: Any) -> None:
    with serving(add, fail):
        future, failing = add.delay(1), fail.delay()
        wait([future, failing], timeout=WAIT_S)
    other_machine()
    assert PrefectDistributedFuture(future.task_run_id).result(WAIT_S) == 2
    with pytest.raises(KeyError):
        PrefectDistributedFuture(failing.task_run_id).result(WAIT_S)


def test_cached_results_are_reused_on_another_machine(url: str, other_machine: Any) -> None:
    from prefect.cache_policies import INPUTS

    calls: list[int] = []

    @task(cache_policy=INPUTS, cache_expiration=timedelta(days=1))
    def compute(x: int) -> int:
        calls.append(x)
        return x

    assert compute(1) == 1
    other_machine()
    assert compute(1, return_state=True).name == "Cached"
    assert calls == [1]


def test_what_is_large_or_not_persisted_is_not_kept(url: str, other_machine: Any) -> None:
    @task(persist_result=True)
    def large() -> str:
        return "x" * 100_000

    metadata: Any = large(return_state=True).data.metadata
    other_machine()
    with pytest.raises(ValueError, match="no file"):
        drive(read_record(metadata, BLOCKING, attempts=1))


def test_an_unshared_store_keeps_nothing(home: Any) -> None:
    assert not kept.is_shared()
    with pytest.raises(MissingResult):
        PrefectDistributedFuture(add(1, return_state=True).state_details.task_run_id).result(1)  # pyright: ignore[reportArgumentType]
