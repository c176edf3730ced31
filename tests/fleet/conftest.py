"""A folder with the code of flows, a home of its own, and a way to wait for what becomes of runs."""

from __future__ import annotations

import asyncio
import contextlib
import textwrap
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from prefect._base.state import TERMINAL
from prefect._fleet.supervision import Grace
from prefect._link import choose
from prefect._wire.operation import named
from prefect.runner import Runner

WITHIN_S = 30.0
FINAL = frozenset(each.value for each in TERMINAL)

Run = Mapping[str, Any]


class Place:
    """Where the flows of a test are, and how their runs are looked at."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, code: str, name: str = "flows.py") -> Path:
        """Put code into a file of the working directory."""
        path = self.directory / name
        path.write_text(textwrap.dedent(code))
        return path

    async def deploy(self, flow: str, function: str = "it", **body: Any) -> str:
        """Register a function of ``flows.py`` as a deployment; its id."""
        flow_id = (await self.call("flows.create", body={"name": flow}))["id"]
        body = {"name": "d", "flow_id": flow_id, "path": ".", "entrypoint": f"flows.py:{function}", **body}
        return (await self.call("deployments.create", body=body))["id"]

    async def start(self, deployment_id: str, **body: Any) -> str:
        """Ask for a run; its id."""
        made = await self.call("deployments.create_flow_run", id=deployment_id, body=body)
        return made["id"]

    async def call(self, operation: str, **args: Any) -> Any:
        return await choose.awaiting().call(named(operation), **args)

    async def read(self, run_id: str) -> Run:
        return await self.call("flow_runs.read", id=run_id)

    async def cancel(self, run_id: str) -> None:
        body = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
        await self.call("flow_runs.set_state", id=run_id, body=body)

    async def until(self, run_id: str, holds: Callable[[Run], bool] | None = None) -> Run:
        """The run as soon as something holds of it; by default that it has ended."""
        link = choose.awaiting()
        holds = holds or (lambda run: run["state_type"] in FINAL)
        async with asyncio.timeout(WITHIN_S):
            while True:
                position = await link.position()
                run = await self.read(run_id)
                if holds(run):
                    return run
                await link.follow([run_id], position, 1.0)

    async def until_file(self, name: str) -> str:
        """What stands in a file that a flow writes, as soon as it is there."""
        path = self.directory / name
        async with asyncio.timeout(WITHIN_S):
            while not (path.exists() and path.read_text()):
                await asyncio.to_thread(_a_moment)
        return path.read_text()

    @contextlib.asynccontextmanager
    async def runner(
        self, *deployment_ids: str, grace: Grace | None = None, **options: Any
    ) -> AsyncGenerator[Runner]:
        """A runner of these deployments that works while the body does."""
        runner = Runner(pause_on_shutdown=False, **options)
        if grace is not None:
            runner._supervisor.grace = grace
        runner._served = dict.fromkeys(deployment_ids)  # pyright: ignore[reportAttributeAccessIssue]
        working = asyncio.create_task(runner.start())
        try:
            yield runner
        finally:
            runner._stop()
            async with asyncio.timeout(WITHIN_S):
                await working


def _a_moment() -> None:
    import select

    select.select([], [], [], 0.005)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path)
