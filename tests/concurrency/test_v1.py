"""Limits of tags taken by hand, for a task run."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from prefect.client.orchestration import get_client
from prefect.concurrency.v1 import asyncio as for_async
from prefect.concurrency.v1.context import ConcurrencyContext
from prefect.concurrency.v1.sync import acquire_concurrency_slots, concurrency, release_concurrency_slots


@pytest.fixture(autouse=True)
def limit() -> None:
    with get_client(sync_client=True) as client:
        client.create_concurrency_limit(tag="database", concurrency_limit=1)


def active() -> int:
    with get_client(sync_client=True) as client:
        return len(client.read_concurrency_limit_by_tag("database").active_slots)


def test_a_slot_is_held_while_the_block_runs() -> None:
    with concurrency(["database", "unlimited"], uuid4()):
        assert active() == 1
        with (
            pytest.raises(for_async.AcquireConcurrencySlotTimeoutError, match="database"),
            concurrency("database", uuid4(), timeout_seconds=0),
        ):
            pass
    assert active() == 0
    with concurrency([], uuid4()):
        pass


def test_in_async_code() -> None:
    async def main() -> int:
        async with for_async.concurrency("database", uuid4()):
            return await asyncio.to_thread(active)

    assert asyncio.run(main()) == 1
    assert active() == 0


def test_by_hand_with_a_context_that_cleans_up() -> None:
    run = uuid4()
    assert len(acquire_concurrency_slots(["database"], run)) == 1
    with ConcurrencyContext(cleanup_slots=[(["database"], 1.0, run)]):
        assert active() == 1
    assert active() == 0
    acquire_concurrency_slots(["database"], run)
    release_concurrency_slots(["database"], run, 0.5)
    assert active() == 0
