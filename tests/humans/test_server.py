"""The same with a server in between, and with processes that die."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.humans.conftest import World
from tests.link_http.conftest import running

from prefect import flow, pause_flow_run, resume_flow_run, settings
from prefect._link import choose, http
from prefect._store.sqlite.store import TemporaryStore
from prefect.exceptions import FlowPauseTimeout, FlowRunWaitTimeout, NotPausedError, ObjectNotFound
from prefect.flow_runs import wait_for_flow_run
from prefect.input import receive_input, send_input


@pytest.fixture
def server(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    store = TemporaryStore()
    with running(store) as url:
        monkeypatch.setenv("PREFECT_API_URL", url)
        monkeypatch.setattr(http, "LOOK_S", 0.01)
        settings.refresh()
        yield url
        choose.reset()
        monkeypatch.delenv("PREFECT_API_URL")
        settings.refresh()
    store.close()


@flow
def asks() -> Any:
    return pause_flow_run(wait_for_input=int)


@flow
def gives_up() -> None:
    pause_flow_run(timeout=0)


def paused(world: World) -> UUID:
    """A server's log is not followed: look until there is something."""
    while not (found := world.runs("PAUSED")):
        pass
    return UUID(found[0]["id"])


def test_a_run_of_a_server_is_resumed(world: World, server: str) -> None:
    asking = world.start(asks)
    run_id = paused(world)
    with pytest.raises(RuntimeError, match="'x' is not of type"):
        resume_flow_run(run_id, {"value": "x"})
    resume_flow_run(run_id, {"value": 8})
    assert asking.result(30) == 8
    with pytest.raises(NotPausedError):
        resume_flow_run(run_id)
    with pytest.raises(ObjectNotFound):
        resume_flow_run(UUID(int=0))


def test_a_run_of_a_server_fails_in_time(server: str) -> None:
    with pytest.raises(FlowPauseTimeout):
        gives_up()


def test_inputs_travel_through_a_server(world: World, server: str) -> None:
    run_id = gives_up(return_state=True).state_details.flow_run_id
    received = world.start(receive_input(str, flow_run_id=run_id).next)
    send_input("through", run_id)
    assert received.result(30) == "through"


def test_waiting_for_the_end_of_a_run(world: World, caplog: pytest.LogCaptureFixture) -> None:
    asking = world.start(asks)
    [run_id] = world.paused()

    async def scene() -> Any:
        with pytest.raises(FlowRunWaitTimeout):
            await wait_for_flow_run(run_id, timeout=0)
        waiting = asyncio.create_task(wait_for_flow_run(run_id, log_states=True))
        await resume_flow_run(run_id, {"value": 1})
        return await waiting

    assert asyncio.run(scene()).state_name == "Completed"
    assert asking.result(30) == 1
    assert "'Completed'" in caplog.text
    with pytest.raises(ObjectNotFound):
        asyncio.run(wait_for_flow_run(UUID(int=0)))


def test_a_paused_run_whose_process_dies_has_crashed(world: World) -> None:
    process = world.python(
        """
        from prefect import flow, pause_flow_run
        @flow
        def waits():
            pause_flow_run()
        waits()
        """
    )
    [run_id] = world.paused()
    process.kill()
    process.communicate(timeout=30)
    choose.reset()  # whoever opens the store looks for what the dead left
    assert world.run(run_id)["state_type"] == "CRASHED"
    with pytest.raises(NotPausedError):
        resume_flow_run(run_id)


def test_asking_for_pauses_costs_no_start() -> None:
    program = "import sys; from prefect import flow, pause_flow_run; print('pydantic' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
