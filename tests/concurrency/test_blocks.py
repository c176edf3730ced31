"""`concurrency` and `rate_limit`, blocking and awaiting, on the embedded store."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from prefect._base import owner
from prefect._engine import slot_leases
from prefect.concurrency import asyncio as awaiting
from prefect.concurrency import sync as blocking
from prefect.concurrency.asyncio import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencySlotAcquisitionError,
    aacquire_concurrency_slots,
)

from .conftest import call

pytestmark = pytest.mark.usefixtures("home")
LONG_S = 30.0


def make(name: str = "db", limit: int = 1, **more: Any) -> None:
    call("concurrency_limits.create", body={"name": name, "limit": limit, **more})


def taken(name: str = "db") -> int:
    return call("concurrency_limits.read", id_or_name=name)["active_slots"]


def block(**arguments: Any) -> list[int]:
    """How many slots are taken inside a block, and after it."""
    with blocking.concurrency(**arguments):
        inside = taken()
    return [inside, taken()]


def async_block(**arguments: Any) -> list[int]:
    async def _block(manager: AbstractAsyncContextManager[None]) -> int:
        async with manager:
            return taken()

    inside = asyncio.run(_block(awaiting.concurrency(**arguments)))
    return [inside, taken()]


def limited(**arguments: Any) -> None:
    blocking.rate_limit(**arguments)


def async_limited(**arguments: Any) -> None:
    asyncio.run(awaiting.rate_limit(**arguments))


both_blocks = pytest.mark.parametrize("block", [block, async_block])
both_rates = pytest.mark.parametrize("limited", [limited, async_limited])


@both_blocks
def test_slots_are_held_for_the_block(block: Callable[..., list[int]]) -> None:
    make(limit=3)
    assert block(names="db") == [1, 0]
    assert block(names=["db", "db"], occupy=2) == [2, 0]


@both_blocks
@pytest.mark.parametrize("nothing", [{"names": []}, {"names": None}, {"names": "db", "occupy": 0}])
def test_nothing_is_asked_for(block: Callable[..., list[int]], nothing: dict[str, Any]) -> None:
    make()
    assert block(**nothing) == [0, 0]


@both_blocks
def test_an_unknown_limit_is_left_out_or_an_error(
    block: Callable[..., list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    make()
    with caplog.at_level(logging.WARNING, "prefect.concurrency"):
        assert block(names=["db", "nothing"]) == [1, 0]
    assert "['nothing'] do not exist - skipping acquisition" in caplog.text
    with pytest.raises(ConcurrencySlotAcquisitionError, match=r"\['nothing'\] do not exist"):
        block(names=["db", "nothing"], strict=True)
    assert taken() == 0


@both_blocks
def test_what_can_never_be_is_an_error(block: Callable[..., list[int]]) -> None:
    make()
    with pytest.raises(ConcurrencySlotAcquisitionError, match="Slots requested is greater than the limit"):
        block(names="db", occupy=2)
    with pytest.raises(ConcurrencySlotAcquisitionError, match="not -1"):
        block(names="db", occupy=-1)
    with pytest.raises(ConcurrencySlotAcquisitionError, match="60 to 86400"):
        block(names="db", lease_duration=1)


@both_blocks
def test_waiting_ends(block: Callable[..., list[int]]) -> None:
    make()
    with blocking.concurrency("db"):
        elsewhere = Elsewhere(block, names="db", timeout_seconds=0.05)
        assert isinstance(elsewhere.ended(), AcquireConcurrencySlotTimeoutError)
        elsewhere = Elsewhere(block, names="db", max_retries=0)
        refused = elsewhere.ended()
        assert isinstance(refused, ConcurrencySlotAcquisitionError)
        assert "423 Locked" in str(refused)
    assert block(names="db", timeout_seconds=0) == [1, 0]


def test_a_time_out_while_others_are_first_in_line() -> None:
    make()
    with blocking.concurrency("db"):
        first = Elsewhere(block, names="db", timeout_seconds=LONG_S)
        second = Elsewhere(block, names="db", timeout_seconds=0.05)
        assert isinstance(second.ended(), AcquireConcurrencySlotTimeoutError)
    assert first.ended() == [1, 0]


class Elsewhere:
    """A call in another thread, whose code holds nothing."""

    def __init__(self, function: Callable[..., Any], **arguments: Any) -> None:
        self._answer: Any = None
        self._thread = threading.Thread(target=self._run, args=(function, arguments))
        self._thread.start()

    def _run(self, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
        try:
            self._answer = function(**arguments)
        except Exception as error:
            self._answer = error

    def ended(self) -> Any:
        self._thread.join(LONG_S)
        assert not self._thread.is_alive()
        return self._answer


@both_blocks
def test_a_block_that_raises_frees_its_slots(block: Callable[..., list[int]]) -> None:
    make()
    with pytest.raises(ZeroDivisionError), blocking.concurrency("db"):
        raise ZeroDivisionError
    assert taken() == 0


def test_a_cancelled_block_and_a_cancelled_wait_leave_nothing_behind() -> None:
    make()

    async def main() -> None:
        async def hold(entered: asyncio.Event) -> None:
            async with awaiting.concurrency("db"):
                entered.set()
                await asyncio.Event().wait()

        # an event for each: the one left may come in before those that were cancelled have ended
        entered = [asyncio.Event() for _ in range(4)]
        holder = asyncio.create_task(hold(entered[3]))
        await entered[3].wait()
        waiters = [asyncio.create_task(hold(event)) for event in entered[:3]]
        await asyncio.sleep(0)
        for task in (waiters[0], waiters[2], holder):
            task.cancel()
        await asyncio.gather(holder, waiters[0], waiters[2], return_exceptions=True)
        await asyncio.wait_for(entered[1].wait(), LONG_S)
        waiters[1].cancel()
        await asyncio.gather(waiters[1], return_exceptions=True)

    asyncio.run(main())
    assert taken() == 0
    assert block(names="db", timeout_seconds=0) == [1, 0]


def test_blocks_inside_of_each_other() -> None:
    make(limit=2)
    with blocking.concurrency("db"):
        big = Elsewhere(block, names="db", occupy=2)  # waits for more than is free
        with blocking.concurrency("db", timeout_seconds=LONG_S):
            assert taken() == 2
        with (
            pytest.raises(AcquireConcurrencySlotTimeoutError),
            blocking.concurrency("db", occupy=2, timeout_seconds=0.05),
        ):
            raise AssertionError("there is no room")
    assert big.ended() == [2, 0]


@both_rates
def test_the_rate_holds(limited: Callable[..., None]) -> None:
    make("api", 5, slot_decay_per_second=200.0)
    from time import monotonic

    began = monotonic()
    for _ in range(15):
        limited(names="api")
    assert monotonic() - began >= 10 / 200 * 0.95


@both_rates
def test_a_rate_needs_a_decay(limited: Callable[..., None]) -> None:
    make()
    with pytest.raises(ConcurrencySlotAcquisitionError, match="slot decay"):
        limited(names="db")
    with pytest.raises(ConcurrencySlotAcquisitionError, match="do not exist"):
        limited(names="nothing", strict=True)
    limited(names="nothing")
    limited(names=[])


@both_rates
def test_a_rate_that_is_too_slow(limited: Callable[..., None]) -> None:
    make("api", 1, slot_decay_per_second=0.001)
    limited(names="api")
    with pytest.raises(AcquireConcurrencySlotTimeoutError):
        limited(names="api", timeout_seconds=0.05)


def test_slots_without_a_lease() -> None:
    make(limit=2)
    limits = asyncio.run(aacquire_concurrency_slots(["db"], 2))
    assert [limit.name for limit in limits] == ["db"]
    assert taken() == 2


def test_a_raised_limit_lets_those_in_who_wait() -> None:
    make()
    with blocking.concurrency("db"):
        waiting = Elsewhere(block, names="db", timeout_seconds=LONG_S)
        call("concurrency_limits.update", id_or_name="db", body={"limit": 2})
        assert waiting.ended() == [2, 1]


def test_a_deleted_limit_lets_everybody_in() -> None:
    make()
    make("other")
    with blocking.concurrency("db"):
        waiting = Elsewhere(block, names=["db", "other"], timeout_seconds=LONG_S)
        call("concurrency_limits.update", id_or_name="db", body={"active": False})
        assert waiting.ended() == [1, 1]


# -- leases --------------------------------------------------------------------------------------------


def test_a_lease_belongs_to_this_process_and_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot_leases, "RENEW_AT", 0.0)
    make()
    with blocking.concurrency("db", lease_duration=60):
        (lease,) = leases()
        assert lease["owner"] == owner.current()
        until = threading.Event()
        while leases()[0]["expires_us"] == lease["expires_us"]:
            until.wait(0.001)
    assert leases() == []


def leases() -> list[dict[str, Any]]:
    from prefect._link import choose
    from prefect._store.sql import Statement

    store: Any = choose.blocking()
    return store._store.read(lambda tx: tx.all(Statement("all", "SELECT * FROM concurrency_lease")))


def lose() -> None:
    """Have the lease vanish that somebody holds."""
    (lease,) = leases()
    call("concurrency_limits.decrement_with_lease", body={"lease_id": lease["id"]})


def test_a_lost_lease_ends_a_strict_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot_leases, "RENEW_AT", 0.0)
    make()
    with pytest.raises(ConcurrencySlotAcquisitionError, match="lost"):
        hold_and_lose()


def hold_and_lose() -> None:
    with blocking.concurrency("db", strict=True, lease_duration=60):
        lose()
        wait_for_ever()


def wait_for_ever() -> None:
    pause = threading.Event()
    for _ in range(30_000):
        pause.wait(0.001)


def test_a_lost_lease_cancels_a_strict_async_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slot_leases, "RENEW_AT", 0.0)
    make()

    async def main() -> str:
        async with awaiting.concurrency("db", raise_on_lease_renewal_failure=True, lease_duration=60):
            lose()
            await asyncio.sleep(LONG_S)
        return "not cancelled"

    with pytest.raises(ConcurrencySlotAcquisitionError, match="lost"):
        asyncio.run(main())


def test_a_lost_lease_is_a_warning_otherwise(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, home: Path
) -> None:
    monkeypatch.setattr(slot_leases, "RENEW_AT", 0.0)
    make()
    pause = threading.Event()
    with (
        caplog.at_level(logging.WARNING, "prefect.concurrency"),
        blocking.concurrency("db", lease_duration=60),
    ):
        lose()
        while "was lost" not in caplog.text:
            pause.wait(0.001)
    assert taken() == 0


def test_a_context_gives_leases_back() -> None:
    from uuid import UUID

    from prefect.concurrency.context import ConcurrencyContext

    make(limit=2)
    with ConcurrencyContext() as context:
        for _ in range(2):
            granted = call("concurrency_limits.increment_with_lease", body={"names": ["db"], "slots": 1})
            context.cleanup_lease_ids.append(UUID(granted["lease_id"]))
        assert taken() == 2
        assert ConcurrencyContext.get() is context
    assert taken() == 0
