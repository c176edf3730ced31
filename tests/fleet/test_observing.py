"""Hearing that runs are to be cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from tests.api.conftest import running

from prefect import settings
from prefect._fleet import observing
from prefect._link import choose
from prefect.workers.base import FlowRunCancellingObserver

WITHIN_S = 60.0


@pytest.fixture(params=["embedded", "server"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if request.param == "embedded":
        yield request.param
        return
    with running(keeps=True) as server:
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        settings.refresh()
        yield request.param
        choose.reset()


async def _begun(place: Any) -> str:
    """A run that is under way."""
    run_id = await place.start(await place.deploy("it"))
    for type_ in ("PENDING", "RUNNING"):
        body = {"state": {"type": type_, "name": type_.capitalize()}, "force": True}
        await place.call("flow_runs.set_state", id=run_id, body=body)
    return run_id


def test_it_is_told(where: str, place: Any) -> None:
    async def work() -> None:
        run_id = await _begun(place)
        heard: asyncio.Queue[UUID] = asyncio.Queue()
        async with asyncio.timeout(WITHIN_S):
            async with FlowRunCancellingObserver(heard.put_nowait, polling_interval=60):
                await place.cancel(run_id)
                assert await heard.get() == UUID(run_id)

    asyncio.run(work())


def test_it_is_asked_for_where_nothing_is_told(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(**_: Any) -> Any:
        raise OSError("no events here")

    monkeypatch.setattr(observing, "get_events_subscriber", none)

    async def work() -> None:
        first, second = await _begun(place), await _begun(place)
        heard: asyncio.Queue[UUID] = asyncio.Queue()
        await place.cancel(first)
        async with asyncio.timeout(WITHIN_S):
            async with FlowRunCancellingObserver(heard.put, polling_interval=0.01) as observer:
                for run_id in (first, second):
                    observer.add_in_flight_flow_run_id(UUID(run_id))
                assert await heard.get() == UUID(first)
                await place.cancel(second)
                assert await heard.get() == UUID(second)
                assert heard.empty()

    asyncio.run(work())


def test_who_hears_nothing_at_all_is_told_so(place: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    settings.refresh()

    def none(**_: Any) -> Any:
        raise OSError("no events here")

    async def fail(*_: Any) -> None:
        raise OSError("no answer")

    monkeypatch.setattr(observing, "get_events_subscriber", none)
    monkeypatch.setattr(FlowRunCancellingObserver, "_look", fail)

    async def work() -> None:
        failed: asyncio.Queue[set[UUID]] = asyncio.Queue()
        one = UUID(int=1)
        async with asyncio.timeout(WITHIN_S):
            observer = FlowRunCancellingObserver(print, 0.01, on_failure=failed.put)
            observer.add_in_flight_flow_run_id(one)
            async with observer:
                assert await failed.get() == {one}

    asyncio.run(work())
