"""Flows and tasks that are run from outside of their own call; clients that are shared; groups."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest

from prefect import flow, get_client, task
from prefect.context import AsyncClientContext, SyncClientContext
from prefect.flow_engine import load_flow_and_flow_run, run_flow, run_flow_async, run_flow_sync
from prefect.runtime import flow_run as runtime_flow_run
from prefect.states import Completed, to_state_create
from prefect.task_engine import (
    exception_to_failed_state_sync,
    return_value_to_state_sync,
    run_generator_task_sync,
    run_task,
)
from prefect.utilities.asyncutils import GatherIncomplete, LazySemaphore, create_gather_task_group


@flow
def double(x: int) -> int:
    return 2 * x


@flow
async def adouble(x: int) -> int:
    return 2 * x


@flow
def counts(n: int) -> Generator[int]:
    yield from range(n)


@flow
async def acounts(n: int) -> AsyncGenerator[int, None]:
    for number in range(n):
        yield number


def created(of: Any, **parameters: Any) -> Any:
    with get_client(sync_client=True) as client:
        return client.create_flow_run(of, parameters=parameters)


def state_of(run: Any) -> str:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run.id).state.name


def test_a_run_that_was_created_elsewhere_is_executed() -> None:
    run = created(double, x=4)
    assert run_flow(double, flow_run=run) == 8
    assert state_of(run) == "Completed"
    arun = created(adouble, x=5)
    assert asyncio.run(run_flow(adouble, flow_run=arun)) == 10
    assert asyncio.run(run_flow_async(adouble, parameters={"x": 6})) == 12
    assert run_flow_sync(double, parameters={"x": 1}, return_type="state").is_completed()


def test_generators_of_runs_that_exist() -> None:
    run = created(counts, n=3)
    assert list(run_flow(counts, flow_run=run)) == [0, 1, 2]
    assert state_of(run) == "Completed"
    arun = created(acounts, n=2)

    async def items() -> list[int]:
        return [item async for item in run_flow(acounts, flow_run=arun)]

    assert asyncio.run(items()) == [0, 1]


def test_tags_of_the_run_are_those_of_its_tasks(history: Any) -> None:
    @flow
    def tagged() -> None:
        task(lambda: None, name="t")()

    with get_client(sync_client=True) as client:
        run = client.create_flow_run(tagged, tags=["nightly"])
    run_flow(tagged, flow_run=run)
    assert history.task_runs()[0]["tags"] == ["nightly"]


def test_errors_are_told_to_a_logger(caplog: pytest.LogCaptureFixture) -> None:
    @flow
    def broken() -> None:
        raise LookupError("nothing here")

    with pytest.raises(LookupError):
        run_flow(broken, error_logger=logging.getLogger("mine"))
    assert "mine" in {record.name for record in caplog.records}


def test_a_flow_is_found_by_its_run() -> None:
    double(3)
    with get_client(sync_client=True) as client:
        run_id = client.read_flow_runs()[0].id
    run, found = load_flow_and_flow_run(run_id)
    assert (run.id, found.name) == (run_id, "double")


def test_generator_tasks_and_states_for_blocking_code() -> None:
    @task
    def items() -> Generator[int]:
        yield 1
        yield 2

    assert list(run_generator_task_sync(items)) == [1, 2]
    assert list(run_task(items)) == [1, 2]
    assert return_value_to_state_sync(3, None).result() == 3
    failed = exception_to_failed_state_sync(KeyError("x"), message="Sorry:")
    assert (failed.message, failed.type) == ("Sorry: KeyError: 'x'", "FAILED")
    assert to_state_create(Completed(message="m")).message == "m"


def test_a_client_is_shared_by_the_code_of_a_block() -> None:
    with SyncClientContext.get_or_create() as outer, SyncClientContext.get_or_create() as inner:
        assert inner.client is outer.client
        assert inner.client.read_flow_runs() == []
    assert SyncClientContext.get() is None

    async def main() -> None:
        shared = AsyncClientContext.get_or_create
        async with shared() as outer, shared() as inner:
            assert inner.client is outer.client
            assert await inner.client.read_flow_runs() == []

    asyncio.run(main())


def test_attributes_of_the_run_have_functions() -> None:
    @flow
    def named() -> tuple[Any, Any]:
        return runtime_flow_run.get_flow_name(), runtime_flow_run.get_parameters()

    assert named() == ("named", {})
    assert "root_flow_run_id" in runtime_flow_run.FIELDS


def test_groups_keep_results() -> None:
    async def value(x: int) -> int:
        await asyncio.sleep(0)
        return x

    async def main() -> list[int]:
        async with create_gather_task_group() as group:
            keys = [group.start_soon(value, n) for n in range(3)]
            with pytest.raises(GatherIncomplete):
                group.get_result(keys[0])
        async with LazySemaphore(lambda: 1) as semaphore:
            assert semaphore.locked()
        return [group.get_result(key) for key in keys]

    assert asyncio.run(main()) == [0, 1, 2]
