"""The link inside the process, for callers that block and callers that await."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from prefect._base.drive import drive
from prefect._base.errors import NotFound
from prefect._base.ids import new_id
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.records import LogLine
from prefect._link.local import LocalLink
from prefect._store.sqlite import TemporaryStore
from prefect._wire.operation import named

BODY = {"name": "v", "value": {"a": 1}, "tags": ["t"]}


@pytest.fixture
def store() -> Iterator[TemporaryStore]:
    opened = TemporaryStore()
    yield opened
    opened.close()


def run(ports: Ports, coro: Any) -> Any:
    return asyncio.run(coro) if ports.is_async else drive(coro)


both = pytest.mark.parametrize("ports", [BLOCKING, AWAITING], ids=["blocking", "awaiting"])


@both
def test_calls(store: TemporaryStore, ports: Ports) -> None:
    link = LocalLink(store, ports)

    async def scenario() -> list[Any]:
        created = await link.call(named("variables.create"), body=BODY)
        read = await link.call(named("variables.read"), id=created["id"])
        assert read == created
        await link.call(named("variables.update"), id=created["id"], body={"value": 2})
        found = await link.call(named("variables.filter"), body={"variables": {"name": {"any_": ["v"]}}})
        assert await link.call(named("variables.count")) == 1
        return [each["value"] for each in found]

    assert run(ports, scenario()) == [2]


@both
def test_refusals_are_raised(store: TemporaryStore, ports: Ports) -> None:
    link = LocalLink(store, ports)
    with pytest.raises(NotFound):
        run(ports, link.call(named("variables.read_by_name"), name="none"))


@both
def test_who_reads_finds_what_it_has_recorded(store: TemporaryStore, ports: Ports) -> None:
    link = LocalLink(store, ports)
    run_id = new_id()
    for i in range(10):
        link.record(LogLine(new_id(), i, 20, "name", f"{i}", run_id, None))
    found = run(ports, link.call(named("logs.filter"), body={"logs": {"flow_run_id": {"any_": [run_id]}}}))
    assert [line["message"] for line in found] == [f"{i}" for i in range(10)]


@both
def test_flush(store: TemporaryStore, ports: Ports) -> None:
    link = LocalLink(store, ports)
    link.record(LogLine(new_id(), 1, 20, "name", "text", None, None))
    run(ports, link.flush())
    assert not store.pending


def test_a_cancelled_caller_takes_nothing_back(store: TemporaryStore) -> None:
    link = LocalLink(store, AWAITING)

    async def scenario() -> None:
        task = asyncio.create_task(link.call(named("variables.create"), body=BODY))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    assert drive(LocalLink(store, BLOCKING).call(named("variables.count"))) == 1
