"""Limits of tags for async code."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect.concurrency.v1 import _slots
from prefect.concurrency.v1._slots import (
    AcquireConcurrencySlotTimeoutError,
    ConcurrencySlotAcquisitionError,
)
from prefect.concurrency.v1.context import ConcurrencyContext

if TYPE_CHECKING:
    from prefect._wire.concurrency import MinimalConcurrencyLimitResponse

__all__ = [
    "AcquireConcurrencySlotTimeoutError",
    "ConcurrencyContext",
    "ConcurrencySlotAcquisitionError",
    "acquire_concurrency_slots",
    "concurrency",
    "release_concurrency_slots",
]


@asynccontextmanager
async def concurrency(
    names: str | list[str], task_run_id: UUID, timeout_seconds: float | None = None
) -> AsyncGenerator[None, None]:
    """Hold a slot of each limited tag in `names` while the block runs, for the task run of `task_run_id`.

    Raises `AcquireConcurrencySlotTimeoutError` after `timeout_seconds`, `ConcurrencySlotAcquisitionError` for
    what waiting does not end.
    """
    wanted = _slots.as_list(names)
    if not wanted:
        yield
        return
    await _slots.take(wanted, task_run_id, timeout_seconds, AWAITING)
    began_s = AWAITING.clock.monotonic_s()
    try:
        yield
    finally:
        held_s = AWAITING.clock.monotonic_s() - began_s
        await _slots.give_back(wanted, task_run_id, held_s, AWAITING)


async def _acquire(
    names: list[str], task_run_id: UUID, timeout_seconds: float | None = None
) -> list[MinimalConcurrencyLimitResponse]:
    return await _slots.take(names, task_run_id, timeout_seconds, AWAITING)


@async_dispatch(_acquire)
def acquire_concurrency_slots(
    names: list[str], task_run_id: UUID, timeout_seconds: float | None = None
) -> list[MinimalConcurrencyLimitResponse]:
    """Wait for a slot of each limited tag in `names`; the limits. In async code it returns a coroutine."""
    return drive(_slots.take(names, task_run_id, timeout_seconds, BLOCKING))


async def _release(
    names: list[str], task_run_id: UUID, occupancy_seconds: float
) -> list[MinimalConcurrencyLimitResponse]:
    return await _slots.give_back(names, task_run_id, occupancy_seconds, AWAITING)


@async_dispatch(_release)
def release_concurrency_slots(
    names: list[str], task_run_id: UUID, occupancy_seconds: float
) -> list[MinimalConcurrencyLimitResponse]:
    """Give back the slots of a task run; the limits. In async code it returns a coroutine."""
    return drive(_slots.give_back(names, task_run_id, occupancy_seconds, BLOCKING))
