"""Served flows: each run in a process of its own, whatever becomes of it."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest

from prefect._base import owner
from prefect._fleet.supervision import Grace

QUICK = Grace(asked_s=0.3, told_s=0.3, killed_s=5.0)


def test_runs_complete_and_share_nothing(place: Any) -> None:
    place.write(
        """
        from prefect import flow, task
        seen = []
        @task
        def double(x):
            return 2 * x
        @flow
        def it(x: int = 1):
            seen.append(x)
            assert len(seen) == 1
            return double(x)
        """
    )

    async def work() -> None:
        deployment = await place.deploy("it")
        async with place.runner(deployment):
            ids = [await place.start(deployment, parameters={"x": n}) for n in range(4)]
            runs = [await place.until(each) for each in ids]
        assert [run["state_name"] for run in runs] == ["Completed"] * 4
        assert len({run["id"] for run in runs}) == 4

    asyncio.run(work())


def test_async_flows_and_generators_run_too(place: Any) -> None:
    place.write(
        """
        from prefect import flow
        @flow
        async def it():
            return 1
        @flow
        def items():
            yield 1
            yield 2
        """
    )

    async def work() -> None:
        first, second = await place.deploy("it"), await place.deploy("items", "items")
        async with place.runner(first, second):
            ids = [await place.start(first), await place.start(second)]
            assert [(await place.until(each))["state_name"] for each in ids] == ["Completed", "Completed"]

    asyncio.run(work())


def test_a_failed_flow_is_failed_not_crashed(place: Any) -> None:
    place.write(
        """
        from prefect import flow
        @flow
        def it():
            raise ValueError("no such thing")
        """
    )
    run = _ended(place)
    assert run["state_type"] == "FAILED"
    assert "no such thing" in run["state"]["message"]


def test_retries_of_the_flow_hold_for_runs_that_others_created(place: Any) -> None:
    place.write(
        """
        import pathlib
        from prefect import flow
        @flow(retries=1)
        def it():
            marker = pathlib.Path("marker")
            if not marker.exists():
                marker.write_text("here")
                raise ValueError("not yet")
        """
    )
    run = _ended(place)
    assert run["state_type"] == "COMPLETED"
    assert run["run_count"] == 2


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("os._exit(3)", "status code 3"),
        ("os._exit(0)", "status 0"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ],
)
def test_a_run_whose_process_died_crashes_at_once_with_the_reason(place: Any, line: str, why: str) -> None:
    place.write(
        f"""
        import os, signal
        from prefect import flow
        def crashed(flow, run, state):
            open("crashed", "w").write(state.name)
        @flow(on_crashed=[crashed])
        def it():
            {line}
        """
    )
    run = _ended(place)
    assert run["state_type"] == "CRASHED"
    assert why in run["state"]["message"]
    assert (place.directory / "crashed").read_text() == "Crashed"


def test_code_that_is_gone_crashes_the_run_with_the_reason(place: Any) -> None:
    run = _ended(place)
    assert run["state_type"] == "CRASHED"
    assert "FileNotFoundError" in run["state"]["message"]


def test_a_script_that_serves_without_a_guard_is_told_so(place: Any) -> None:
    place.write(
        """
        from prefect import flow
        @flow
        def it():
            return 1
        it.serve("again")
        """
    )
    run = _ended(place)
    assert run["state_type"] == "CRASHED"
    assert "__main__" in run["state"]["message"]


def test_parameters_that_the_flow_does_not_take(place: Any) -> None:
    place.write(
        """
        from prefect import flow
        @flow
        def it(x: int = 1):
            return x
        """
    )

    async def work() -> None:
        deployment = await place.deploy("it", parameters={"unknown": 1})
        async with place.runner(deployment):
            by_default = await place.until(await place.start(deployment))
            assert by_default["state_type"] == "COMPLETED"

    asyncio.run(work())


def test_a_cancelled_run_ends_and_calls_its_hooks(place: Any) -> None:
    place.write(
        """
        import threading
        from prefect import flow
        def cancelled(flow, run, state):
            open("cancelled", "w").write(state.name)
        @flow(on_cancellation=[cancelled])
        def it():
            open("begun", "w").write("yes")
            threading.Event().wait(60)
        """
    )
    run = _cancelled(place)
    assert run["state_type"] == "CANCELLED"
    assert (place.directory / "cancelled").read_text() == "Cancelled"


def test_a_run_that_does_not_listen_is_killed_with_all_that_it_started(place: Any) -> None:
    place.write(
        """
        import os, signal, subprocess, sys
        from prefect import flow
        def cancelled(flow, run, state):
            open("cancelled", "w").write(state.name)
        @flow(on_cancellation=[cancelled])
        def it():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
            waits = [sys.executable, "-c", "import sys; sys.stdin.read()"]
            child = subprocess.Popen(waits, stdin=subprocess.PIPE)
            open("begun", "w").write(str(child.pid))
            child.wait()
            child.wait()
        """
    )
    run = _cancelled(place, QUICK)
    assert run["state_type"] == "CANCELLED"
    assert (place.directory / "cancelled").read_text() == "Cancelled"
    grandchild = int((place.directory / "begun").read_text())
    assert not owner.is_alive(owner.of(grandchild)) or _is_gone(grandchild)


def test_a_suspended_run_stops_its_process_and_stays_suspended(place: Any) -> None:
    place.write(
        """
        import threading
        from prefect import flow
        @flow
        def it():
            open("begun", "w").write("yes")
            threading.Event().wait(60)
        """
    )

    async def work() -> None:
        from prefect import suspend_flow_run

        deployment = await place.deploy("it")
        async with place.runner(deployment) as runner:
            run_id = await place.start(deployment)
            await place.until_file("begun")
            await suspend_flow_run(flow_run_id=run_id, timeout=60)
            flight = runner._supervisor.flights[run_id]
            async with asyncio.timeout(20):
                await flight.ended.wait()
        assert (await place.read(run_id))["state_type"] == "PAUSED"

    asyncio.run(work())


def test_runs_under_way_are_cancelled_when_the_runner_ends(place: Any) -> None:
    place.write(
        """
        import threading
        from prefect import flow
        @flow
        def it():
            open("begun", "w").write("yes")
            threading.Event().wait(60)
        """
    )

    async def work() -> str:
        deployment = await place.deploy("it")
        async with place.runner(deployment):
            run_id = await place.start(deployment)
            await place.until_file("begun")
        return (await place.read(run_id))["state_type"]

    assert asyncio.run(work()) == "CANCELLED"


def test_the_limit_holds(place: Any) -> None:
    place.write(
        """
        import os
        from prefect import flow
        @flow
        def it(n: int):
            os.mkdir("alone")
            os.rmdir("alone")
        """
    )

    async def work() -> None:
        deployment = await place.deploy("it")
        async with place.runner(deployment, limit=1):
            ids = [await place.start(deployment, parameters={"n": n}) for n in range(5)]
            assert {(await place.until(each))["state_type"] for each in ids} == {"COMPLETED"}

    asyncio.run(work())


def test_a_dead_template_takes_no_run_along(place: Any) -> None:
    place.write(
        """
        import os
        from prefect import flow
        @flow
        def it():
            open("begun", "w").write("yes")
            while not os.path.exists("go"):
                pass
        """
    )

    async def work() -> None:
        deployment = await place.deploy("it")
        async with place.runner(deployment) as runner:
            first = await place.start(deployment)
            await place.until_file("begun")
            os.kill(runner._supervisor.templates._process.pid, signal.SIGKILL)
            second = await place.start(deployment)
            place.write("", "go").write_text("now")
            assert [(await place.until(each))["state_type"] for each in (first, second)] == ["COMPLETED"] * 2

    asyncio.run(work())


def _ended(place: Any) -> Any:
    async def work() -> Any:
        deployment = await place.deploy("it")
        async with place.runner(deployment):
            return await place.until(await place.start(deployment))

    return asyncio.run(work())


def _cancelled(place: Any, grace: Grace | None = None) -> Any:
    async def work() -> Any:
        deployment = await place.deploy("it")
        async with place.runner(deployment, grace=grace):
            run_id = await place.start(deployment)
            await place.until_file("begun")
            await place.cancel(run_id)
            await place.until(run_id)
        return await place.read(run_id)

    return asyncio.run(work())


def _is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
