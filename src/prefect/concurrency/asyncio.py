"""Limits for async code.

::

    from prefect.concurrency.asyncio import concurrency, rate_limit

    async with concurrency("database", occupy=1):
        ...
    await rate_limit("api")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Literal

from prefect._base.ports import AWAITING
from prefect._engine.slots import AcquireConcurrencySlotTimeoutError, ConcurrencySlotAcquisitionError
from prefect.concurrency import _block as block

if TYPE_CHECKING:
    from prefect._wire.concurrency import ConcurrencyLeaseHolder, MinimalConcurrencyLimitResponse

__all__ = [
    "AcquireConcurrencySlotTimeoutError",
    "ConcurrencySlotAcquisitionError",
    "aacquire_concurrency_slots",
    "concurrency",
    "rate_limit",
]


@asynccontextmanager
async def concurrency(
    names: str | list[str],
    occupy: int = 1,
    timeout_seconds: float | None = None,
    max_retries: int | None = None,
    lease_duration: float = 300,
    strict: bool = False,
    holder: ConcurrencyLeaseHolder | None = None,
    raise_on_lease_renewal_failure: bool | None = None,
) -> AsyncGenerator[None]:
    """Hold `occupy` slots of each of the limits `names` while the block runs; wait until they are free.

    Limits that do not exist are left out with a warning, or are an error if `strict`. The slots are leased
    for `lease_duration` seconds (60 to 86400) at a time and the lease is renewed; if that fails the block
    goes on with a warning, or is cancelled if `raise_on_lease_renewal_failure` (by default: if `strict`).

    Raises `AcquireConcurrencySlotTimeoutError` after `timeout_seconds` without a free slot, and
    `ConcurrencySlotAcquisitionError` after `max_retries`, or for what can never be.
    """
    wanted = block.wanted(
        names,
        occupy,
        timeout_seconds=timeout_seconds,
        max_retries=max_retries,
        lease_duration=lease_duration,
        holder=holder,
    )
    if wanted is None:
        yield
        return
    taken = await block.take(wanted, AWAITING, strict)
    if not taken.limits:
        yield
        return
    raises = strict if raise_on_lease_renewal_failure is None else raise_on_lease_renewal_failure
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def cancel() -> None:
        if task is not None:
            loop.call_soon_threadsafe(task.cancel)

    holding = block.Holding(taken, lease_duration, raises, cancel)
    try:
        yield
    except asyncio.CancelledError:
        if holding.lost is None:
            raise
        if task is not None:
            task.uncancel()
        raise holding.error() from holding.lost
    finally:
        await holding.end(AWAITING)


async def rate_limit(
    names: str | list[str],
    occupy: int = 1,
    timeout_seconds: float | None = None,
    strict: bool = False,
) -> None:
    """Wait until `occupy` slots of each of the limits `names` are free and take them; they decay with time.

    Raises `AcquireConcurrencySlotTimeoutError`, and `ConcurrencySlotAcquisitionError` for a limit without
    slot decay, or, if `strict`, for one that does not exist.
    """
    wanted = block.wanted(names, occupy, mode="rate_limit", timeout_seconds=timeout_seconds)
    if wanted is not None:
        await block.take(wanted, AWAITING, strict)


async def aacquire_concurrency_slots(
    names: list[str],
    slots: int,
    mode: Literal["concurrency", "rate_limit"] = "concurrency",
    timeout_seconds: float | None = None,
    max_retries: int | None = None,
    strict: bool = False,
) -> list[MinimalConcurrencyLimitResponse]:
    """Take slots without a lease: whoever does has to give them back; the limits that they were taken of."""
    from prefect._wire.concurrency import MinimalConcurrencyLimitResponse

    wanted = block.wanted(names, slots, mode=mode, timeout_seconds=timeout_seconds, max_retries=max_retries)
    if wanted is None:
        return []
    taken = await block.take(wanted, AWAITING, strict)
    return [MinimalConcurrencyLimitResponse.model_validate(limit) for limit in taken.limits]
