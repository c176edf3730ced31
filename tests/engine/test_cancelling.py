"""A flow that runs without a server notices within a second that somebody cancels its run."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.exceptions import CancelledRun
from prefect.runtime import flow_run
from prefect.states import Cancelling

WITHIN_S = 15


@contextmanager
def cancelling() -> Iterator[Any]:
    """``begun(id)`` has somebody else, who works in a thread of their own, cancel that run."""
    with ThreadPoolExecutor(1) as others:
        asked: list[Any] = []

        def cancel(run_id: str) -> None:
            with get_client(sync_client=True) as client:
                client.set_flow_run_state(run_id, Cancelling())

        yield lambda run_id: asked.append(others.submit(cancel, str(run_id)))
        for each in asked:
            each.result(WITHIN_S)


def states() -> dict[str, tuple[str, str]]:
    with get_client(sync_client=True) as client:
        runs = [*client.read_flow_runs(), *client.read_task_runs()]
    return {run.name: (run.state.name, run.state.message or "") for run in runs if run.state is not None}


def wait_forever() -> None:
    threading.Event().wait(WITHIN_S)
    pytest.fail("nobody interrupted this")


@task(task_run_name="waiting")
def waiting() -> None:
    wait_forever()


def test_a_flow_in_the_main_thread() -> None:
    hooked: list[str] = []

    @flow(flow_run_name="outer", on_cancellation=[lambda _flow, _run, state: hooked.append(state.name)])
    def outer() -> None:
        begun(flow_run.id)
        waiting()

    began_s = time.monotonic()
    with cancelling() as begun, pytest.raises(CancelledRun):
        outer()
    assert time.monotonic() - began_s < 5
    assert hooked == ["Cancelled"]
    assert {name: state for name, (state, _) in states().items()} == {
        "outer": "Cancelled",
        "waiting": "Cancelled",
    }


def test_its_state_is_told_where_that_is_asked_for() -> None:
    @flow
    def it() -> None:
        begun(flow_run.id)
        wait_forever()

    with cancelling() as begun:
        assert it(return_state=True).is_cancelled()


def test_what_catches_all_exceptions_holds_nothing_up() -> None:
    @flow
    def it() -> str:
        begun(flow_run.id)
        try:
            wait_forever()
        except Exception:
            return "caught"
        return "ended"

    with cancelling() as begun, pytest.raises(CancelledRun):
        it()


def test_a_flow_in_another_thread() -> None:
    @flow
    def it() -> None:
        begun(flow_run.id)
        until_s = time.monotonic() + WITHIN_S
        while time.monotonic() < until_s:
            threading.Event().wait(0.01)
        pytest.fail("nobody interrupted this")

    with cancelling() as begun, ThreadPoolExecutor(1) as pool, pytest.raises(CancelledRun):
        pool.submit(it).result(2 * WITHIN_S)


def test_an_async_flow() -> None:
    @flow
    async def it() -> None:
        begun(flow_run.id)
        await asyncio.wait_for(asyncio.Event().wait(), WITHIN_S)

    async def main() -> str:
        with pytest.raises(CancelledRun):
            await it()
        await asyncio.sleep(0)  # the task of the caller is not cancelled
        return "goes on"

    with cancelling() as begun:
        assert asyncio.run(main()) == "goes on"
    assert [state for state, _ in states().values()] == ["Cancelled"]


def test_a_subflow_ends_alone() -> None:
    @flow(flow_run_name="inner")
    def inner() -> None:
        begun(flow_run.id)
        wait_forever()

    @flow(flow_run_name="outer")
    def outer() -> str:
        with pytest.raises(CancelledRun):
            inner()
        return "went on"

    with cancelling() as begun:
        assert outer() == "went on"
    found = states()
    assert found["inner"][0] == "Cancelled"
    assert found["outer"][0] == "Completed"


def test_a_subflow_ends_with_its_parent() -> None:
    @flow(flow_run_name="inner")
    def inner() -> None:
        wait_forever()

    @flow(flow_run_name="outer")
    def outer() -> None:
        begun(flow_run.id)
        inner()

    with cancelling() as begun, pytest.raises(CancelledRun):
        outer()
    found = states()
    assert found["inner"][0] == found["outer"][0] == "Cancelled"


def test_a_run_that_ends_meanwhile_is_cancelled_at_its_end() -> None:
    @flow
    def it() -> str:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(flow_run.id, Cancelling())
        return "done"

    with pytest.raises(CancelledRun):
        it()
    assert [state for state, _ in states().values()] == ["Cancelled"]
