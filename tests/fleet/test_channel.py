"""The channel of a worker to its server: it brings runs, news of the pool, and what is to be ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from tests.api.conftest import Server, running

from prefect import settings
from prefect._api import app
from prefect._base import clock
from prefect._fleet.worker.channel import Channel
from prefect._link import choose
from prefect.client.schemas.objects import FlowRun
from prefect.events.worker import EventsWorker
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

WITHIN_S = 20.0


class Holding(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """A worker whose jobs go on until they are ended from outside."""

    type = "holding"

    def __init__(self, **options: Any) -> None:
        super().__init__("pool", **options)
        self.jobs: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Event()

    async def run(
        self, flow_run: FlowRun, configuration: BaseJobConfiguration, task_status: Any = None
    ) -> BaseWorkerResult:
        ended = self.jobs[str(flow_run.id)] = asyncio.Event()
        task_status.started(f"job of {flow_run.id}")
        self.changed.set()
        await ended.wait()
        return BaseWorkerResult(identifier=str(flow_run.id), status_code=0)

    async def kill_infrastructure(
        self, infrastructure_pid: str, configuration: BaseJobConfiguration, grace_seconds: int = 30
    ) -> None:
        self.jobs[infrastructure_pid.rpartition(" ")[2]].set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that holds once a job has begun."""
        async with asyncio.timeout(WITHIN_S):
            while not holds():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS", "0.05")
    monkeypatch.setenv("PREFECT_WORKER_QUERY_SECONDS", "60")
    settings.refresh()
    with running(keeps=True) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        yield server
        EventsWorker.drain_all()
        choose.reset()


@contextlib.asynccontextmanager
async def working(worker: Holding) -> AsyncGenerator[Holding]:
    """A worker at work, whose jobs all end when the body does."""
    task = asyncio.create_task(worker.start(printer=lambda _: None))
    try:
        yield worker
    finally:
        worker._stop()
        for ended in worker.jobs.values():
            ended.set()
        async with asyncio.timeout(WITHIN_S):
            await task


async def _deployed(place: Any) -> str:
    await place.call("work_pools.create", body={"name": "pool", "type": "holding"})
    return await place.deploy("it", work_pool_name="pool")


@pytest.mark.parametrize("is_offered", [True, False])
def test_runs_come_at_once(
    server: Server, place: Any, monkeypatch: pytest.MonkeyPatch, is_offered: bool
) -> None:
    """Also where the server knows no such channel."""
    if not is_offered:
        monkeypatch.setattr(app, "worker_channel", SimpleNamespace(pool_named=lambda _: None))

    async def work() -> tuple[bool, float]:
        deployment = await _deployed(place)
        async with working(Holding()) as worker:
            await worker.until(lambda: True)
            first = await place.start(deployment)
            await worker.until(lambda: first in worker.jobs)
            second = await place.start(deployment)
            await worker.until(lambda: second in worker.jobs)
            assert worker._channel is not None
            assert (worker.backend_id is not None) is is_offered
            run = await place.read(second)
            took_us = clock.system.now_us() - clock.from_iso(run["created"])
            return worker._channel.brings_runs, took_us / 1e6

    brings_runs, took_s = asyncio.run(work())
    assert brings_runs is is_offered
    assert took_s < 10.0  # far below the interval at which it would ask


def test_changes_of_the_pool_are_told(server: Server, place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> int | None:
        await _deployed(place)
        async with working(Holding()) as worker:
            note = Channel._note

            def noted(self: Channel, snapshot: Any) -> None:
                note(self, snapshot)
                worker.changed.set()

            monkeypatch.setattr(Channel, "_note", noted)
            await worker.until(lambda: worker._channel is not None and worker._channel.is_open)
            await place.call("work_pools.update", name="pool", body={"concurrency_limit": 7})
            await worker.until(lambda: worker.work_pool.concurrency_limit is not None)
            return worker.work_pool.concurrency_limit

    assert asyncio.run(work()) == 7


def test_the_job_of_a_run_that_does_not_end_is_ended(server: Server, place: Any) -> None:
    async def work() -> str:
        deployment = await _deployed(place)
        async with working(Holding()) as worker:
            run_id = await place.start(deployment)
            await place.until(run_id, lambda run: bool(run["infrastructure_pid"]))
            await place.cancel(run_id)
            async with asyncio.timeout(WITHIN_S):
                await worker.jobs[run_id].wait()
            return (await place.until(run_id))["state_name"]

    assert asyncio.run(work()) == "Cancelled"


def test_a_worker_that_was_told_to_stop_takes_no_run_along(server: Server, place: Any) -> None:
    """While it waits for the end of its jobs, what becomes due is for others."""

    async def work() -> None:
        deployment = await _deployed(place)
        async with working(Holding(name="first")) as first:
            held = await place.start(deployment)
            await first.until(lambda: held in first.jobs)
            first._stop()
            later = await place.start(deployment)
            async with working(Holding(name="second")) as second:
                await second.until(lambda: later in second.jobs)
            assert later not in first.jobs

    asyncio.run(work())
