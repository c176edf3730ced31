"""The same with a server in between: runs are pushed, claims are kept, ends are told."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.conftest import running

from prefect import settings
from prefect._base import clock
from prefect._link import choose


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with running() as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        yield server.url
        choose.reset()


def test_runs_are_pushed_to_the_runner(place: Any) -> None:
    place.write(
        """
        from prefect import flow
        @flow
        def it(x: int = 1):
            return x
        """
    )

    async def work() -> list[float]:
        deployment = await place.deploy("it")
        took: list[float] = []
        async with place.runner(deployment, query_seconds=60):
            for _ in range(3):
                run = await place.until(await place.start(deployment))
                assert run["state_name"] == "Completed"
                took.append((clock.from_iso(run["end_time"]) - clock.from_iso(run["created"])) / 1e6)
        return took

    assert min(asyncio.run(work())) < 5.0  # far below what polling would take


def test_a_cancelled_run_ends(place: Any) -> None:
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
            await place.cancel(run_id)
            return (await place.until(run_id))["state_name"]

    assert asyncio.run(work()) == "Cancelled"


def test_a_killed_process_is_told_at_once(place: Any) -> None:
    place.write(
        """
        import os, threading
        from prefect import flow
        @flow
        def it():
            open("begun", "w").write(str(os.getpid()))
            threading.Event().wait(60)
        """
    )

    async def work() -> Any:
        deployment = await place.deploy("it")
        async with place.runner(deployment):
            run_id = await place.start(deployment)
            os.kill(int(await place.until_file("begun")), signal.SIGKILL)
            return await place.until(run_id)

    run = asyncio.run(work())
    assert run["state_name"] == "Crashed"
    assert "SIGKILL" in run["state"]["message"]
