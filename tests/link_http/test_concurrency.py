"""Limits at a server: the same blocks, slots handed over by the server at once."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from prefect import settings, task
from prefect._base.drive import drive
from prefect._engine import tag_slots
from prefect._link import choose
from prefect._link.reply import Unanswered
from prefect._wire.operation import named
from prefect.concurrency import asyncio as awaiting
from prefect.concurrency.asyncio import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency, rate_limit

LONG_S = 30.0


@pytest.fixture(autouse=True)
def server(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PREFECT_API_URL", url)
    settings.refresh()
    choose.reset()
    tag_slots._unlimited.clear()
    yield
    choose.reset()


def call(name: str, /, **arguments: Any) -> Any:
    return drive(choose.blocking().call(named(name), **arguments))


def make(name: str = "db", limit: int = 1, **more: Any) -> None:
    call("concurrency_limits.create", body={"name": name, "limit": limit, **more})


def taken(name: str = "db") -> int:
    return call("concurrency_limits.read", id_or_name=name)["active_slots"]


def waiters(store: Any) -> list[Any]:
    from prefect._store.sql import Statement

    return store.read(lambda tx: tx.all(Statement("all", "SELECT * FROM concurrency_waiter")))


def test_a_block() -> None:
    make()
    with concurrency("db"):
        assert taken() == 1
    assert taken() == 0
    with pytest.raises(ConcurrencySlotAcquisitionError, match="greater than the limit"):
        concurrency("db", occupy=2).__enter__()
    rate = {"slot_decay_per_second": 100.0}
    make("api", 1, **rate)
    for _ in range(3):
        rate_limit("api", timeout_seconds=LONG_S)


def test_waiting_ends() -> None:
    make()
    call("concurrency_limits.increment", body={"names": ["db"], "slots": 1})
    with pytest.raises(AcquireConcurrencySlotTimeoutError):
        concurrency("db", timeout_seconds=0.1).__enter__()
    with pytest.raises(ConcurrencySlotAcquisitionError, match="423 Locked"):
        concurrency("db", max_retries=0).__enter__()


def test_a_freed_slot_is_handed_over_at_once(store: Any) -> None:
    make()
    got: list[float] = []

    def wait() -> None:
        with concurrency("db"):
            got.append(time.monotonic())

    took_ms: list[float] = []
    for _ in range(5):
        with concurrency("db"):
            thread = threading.Thread(target=wait)
            thread.start()
            while not waiters(store):
                pass
            freed = time.monotonic()
        thread.join(LONG_S)
        took_ms.append((got[-1] - freed) * 1e3)
    assert sorted(took_ms)[2] < 200, took_ms


def test_a_cancelled_wait_leaves_nothing_behind(store: Any) -> None:
    make()

    async def main() -> None:
        async def hold() -> None:
            async with awaiting.concurrency("db"):
                raise AssertionError("there is no slot")

        async with awaiting.concurrency("db"):
            # in a context of its own: what is started inside of a block passes those who wait
            task = asyncio.create_task(hold(), context=contextvars.Context())
            while not waiters(store):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert waiters(store) == []

    asyncio.run(main())
    with concurrency("db", timeout_seconds=LONG_S):
        assert taken() == 1


def test_blocks_inside_of_each_other() -> None:
    make(limit=2)
    with concurrency("db"), concurrency("db"):
        assert taken() == 2
        with pytest.raises(AcquireConcurrencySlotTimeoutError):
            concurrency("db", timeout_seconds=0.05).__enter__()
    assert taken() == 0


def test_tags() -> None:
    make("tag:db")

    @task(tags=["db"])
    def work() -> int:
        return taken("tag:db")

    assert work() == 1
    assert taken("tag:db") == 0


def test_whoever_waits_for_slots_waits_for_a_server_that_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
    settings.refresh()
    make()
    link = choose.blocking()
    send = link._connection.transport.send
    tries: list[str] = []

    def away_at_first(method: str, path: str, *rest: Any) -> Any:
        tries.append(path)
        if len(tries) < 3:
            raise Unanswered("gone")
        return send(method, path, *rest)

    monkeypatch.setattr(link._connection.transport, "send", away_at_first)
    with concurrency("db"):
        assert taken() == 1
    assert [path.rpartition("/")[2] for path in tries[:3]] == ["increment-with-lease"] * 3


def test_the_time_for_slots_ends_while_the_server_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
    settings.refresh()
    make()
    link = choose.blocking()

    def away(*_: Any) -> Any:
        raise Unanswered("gone")

    monkeypatch.setattr(link._connection.transport, "send", away)
    with pytest.raises(AcquireConcurrencySlotTimeoutError):
        concurrency("db", timeout_seconds=0.05).__enter__()
