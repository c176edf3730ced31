"""Whether a queue is asked for runs: READY, NOT_READY or PAUSED, and telling when that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._service.unit import Unit
from prefect._service.work_queues.statements import sql

settings: Any = lazy.module("prefect.settings")

READY, NOT_READY, PAUSED = "READY", "NOT_READY", "PAUSED"
Row = Mapping[str, Any]


async def enter(unit: Unit, queue: Row, status: str) -> bool:
    """Let the queue have `status`, and tell so if that is new."""
    if not await unit.run(sql.queue_enters, id=queue["id"], status=status, now_us=unit.now_us):
        return False
    await tell(unit, queue, status.lower().replace("_", "-"))
    return True


async def after_pause(unit: Unit, queue: Row) -> None:
    """The status of a queue that is not paused any more."""
    polled_us = queue["last_polled_us"]
    fresh = polled_us is not None and polled_us >= unit.now_us - patience_us()
    await enter(unit, queue, READY if fresh else NOT_READY)


def patience_us() -> int:
    """How long a queue stays READY that nobody asks for runs."""
    seconds: float = settings.active()["server.services.foreman.work_queue_last_polled_timeout_seconds"]
    return round(seconds * 1e6)


async def tell(unit: Unit, queue: Row, what: str, **more: Any) -> None:
    """Enter into the log what happened to a queue."""
    body = {"name": queue["name"], "work_pool_id": queue["work_pool_id"], **more}
    await unit.emit(f"prefect.work-queue.{what}", queue["id"], body)
