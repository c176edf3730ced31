"""Limits of tags for blocking code."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect.concurrency.v1 import _slots
from prefect.concurrency.v1.asyncio import acquire_concurrency_slots, release_concurrency_slots

__all__ = ["acquire_concurrency_slots", "concurrency", "release_concurrency_slots"]


@contextmanager
def concurrency(
    names: str | list[str], task_run_id: UUID, timeout_seconds: float | None = None
) -> Generator[None]:
    """Hold a slot of each limited tag in `names` while the block runs, for the task run of `task_run_id`.

    Raises `AcquireConcurrencySlotTimeoutError` after `timeout_seconds`, `ConcurrencySlotAcquisitionError` for
    what waiting does not end.
    """
    wanted = _slots.as_list(names)
    if not wanted:
        yield
        return
    drive(_slots.take(wanted, task_run_id, timeout_seconds, BLOCKING))
    began_s = BLOCKING.clock.monotonic_s()
    try:
        yield
    finally:
        held_s = BLOCKING.clock.monotonic_s() - began_s
        drive(_slots.give_back(wanted, task_run_id, held_s, BLOCKING))
