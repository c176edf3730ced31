"""Every run reaches its end, and its end is told as it was."""

from __future__ import annotations

import builtins
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from prefect import flow, pause_flow_run, task
from prefect.exceptions import FlowPauseTimeout, UnfinishedRun, UpstreamTaskError
from prefect.task_runners import ProcessPoolTaskRunner, ThreadPoolTaskRunner


@pytest.mark.parametrize("template", ["etl-{dya}", lambda: 1 / 0], ids=["text", "function"])
def test_b1_a_flow_run_whose_name_cannot_be_made_has_failed(template: Any, history: Any) -> None:
    @flow(flow_run_name=template)
    def named(day: str) -> None:
        raise AssertionError("it was begun")

    with pytest.raises((ValueError, ZeroDivisionError)):
        named("monday")
    assert [run["state_type"] for run in history.flow_runs()] == ["FAILED"]


@pytest.mark.parametrize("template", ["load-{tabel}", lambda: 1 / 0], ids=["text", "function"])
@pytest.mark.parametrize("submitted", [False, True])
def test_b1_a_task_run_whose_name_cannot_be_made_has_failed(
    template: Any, submitted: bool, history: Any
) -> None:
    @task(task_run_name=template)
    def named(table: str) -> None:
        raise AssertionError("it was begun")

    @flow
    def parent() -> None:
        named.submit("users").result() if submitted else named("users")

    with pytest.raises((ValueError, KeyError, ZeroDivisionError)):
        parent()
    [run] = history.task_runs()
    assert run["state_type"] == "FAILED"


def test_b2_a_parent_that_returns_a_subflow_which_is_not_ready_fails(history: Any) -> None:
    @task
    def fails() -> None:
        raise ValueError("no source")

    @flow
    def child(x: Any) -> None:
        raise AssertionError("it was begun")

    @flow
    def parent() -> Any:
        return child(fails.submit(), return_state=True)

    assert parent(return_state=True).message == "1/1 states are not final."
    with pytest.raises(UnfinishedRun):
        parent()
    states = {run["state_name"] for run in history.flow_runs() if run["parent_task_run_id"] is None}
    assert states == {"Failed"}


def test_b2_a_subflow_that_is_not_ready_names_its_upstream_as_the_cause() -> None:
    @task
    def fails() -> None:
        raise ValueError("no source")

    @flow
    def child(x: Any) -> None:
        raise AssertionError("it was begun")

    @flow
    def parent() -> None:
        child(fails.submit())

    with pytest.raises(UnfinishedRun) as raised:
        parent()
    assert isinstance(raised.value.__cause__, UpstreamTaskError)


def breaks() -> None:
    raise ValueError("over there")


def echo(x: Any) -> Any:
    return x


breaking, echoing = task(breaks), task(echo)


def test_b4_an_upstream_failure_among_processes_makes_not_ready(history: Any) -> None:
    @flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
    def across() -> str:
        after = echoing.submit(breaking.submit())
        after.wait()
        with pytest.raises(UnfinishedRun):
            after.result()
        return after.state.name

    assert across() == "NotReady"
    assert {run["state_name"] for run in history.task_runs()} == {"Failed", "NotReady"}


def test_b5_a_task_that_blocks_is_told_as_timed_out_while_it_still_blocks(history: Any) -> None:
    release = threading.Event()

    @task(timeout_seconds=0.05)
    def blocks() -> None:
        release.wait(60)

    @flow
    def parent() -> tuple[str, bool]:
        future = blocks.submit()
        future.wait(30)
        told = future.state.name, release.is_set()
        release.set()
        return told

    assert parent() == ("TimedOut", False)
    assert [run["state_name"] for run in history.task_runs()] == ["TimedOut"]


def test_b6_tasks_that_wait_for_tasks_get_on_with_a_single_worker() -> None:
    @task
    def countdown(n: int) -> int:
        return 0 if n == 0 else 1 + countdown.submit(n - 1).result()

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=1))
    def nested() -> list[int]:
        return [future.result() for future in countdown.map([5, 5, 5])]

    assert nested() == [5, 5, 5]


def test_b7_a_pause_that_nobody_ended_is_told_as_a_pause(history: Any) -> None:
    @flow
    def waits() -> None:
        pause_flow_run(timeout=0)

    with pytest.raises(FlowPauseTimeout, match="was paused and never resumed"):
        waits()
    [run] = history.flow_runs()
    assert run["state"]["message"] == "The flow was paused and never resumed."


def test_b8_a_coroutine_that_a_blocking_flow_returns_belongs_to_the_run(history: Any) -> None:
    seen: list[str] = []

    @flow
    def returns(x: int) -> Any:
        async def later() -> int:
            seen.append(history.flow_runs()[-1]["state_name"])
            return 1 // x

        return later()

    assert returns(1) == 1
    with pytest.raises(ZeroDivisionError):
        returns(0)
    assert seen == ["Running", "Running"]
    assert [run["state_name"] for run in history.flow_runs()] == ["Completed", "Failed"]


def test_b9_overlapping_runs_leave_print_as_it_is(history: Any, capsys: pytest.CaptureFixture[str]) -> None:
    flow(lambda: None, log_prints=True)()  # whoever wants prints logged first sets that up
    before = builtins.print
    begun, first_ended = threading.Barrier(2), threading.Event()

    def run(name: str, meanwhile: Callable[[], Any]) -> None:
        @flow(log_prints=True)
        def prints() -> None:
            begun.wait(30)
            meanwhile()
            print(f"by {name}")

        prints()
        first_ended.set()

    with ThreadPoolExecutor(2) as threads:
        runs = [
            threads.submit(contextvars.copy_context().run, run, "first", lambda: None),
            threads.submit(contextvars.copy_context().run, run, "last", lambda: first_ended.wait(30)),
        ]
        for each in runs:
            each.result(60)
    print("outside")
    flow(lambda: print("quiet"))()
    assert builtins.print is before
    out = capsys.readouterr().out.splitlines()
    assert [line for line in out if line in ("outside", "quiet", "by first", "by last")] == [
        "outside",
        "quiet",
    ]
    logged = [line["message"] for line in history.lines()]
    assert {"by first", "by last"} <= set(logged)
    assert not {"outside", "quiet"} & set(logged)
