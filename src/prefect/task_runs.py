"""Waiting for the ends of task runs that go on elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from prefect._base.ports import AWAITING
from prefect._engine.remote import PrefectDistributedFuture, wait_for_end

if TYPE_CHECKING:
    from prefect._wire.states import State

__all__ = ["TaskRunWaiter"]


class TaskRunWaiter:
    """Tells when task runs end; one for the process, see `instance`.

    What listens is shared by all who wait, and begins and ends by itself.
    """

    _instance: TaskRunWaiter | None = None
    _lock = threading.Lock()

    def start(self) -> None:
        """Nothing needs to be started."""

    def stop(self) -> None:
        """Nothing needs to be stopped."""

    @classmethod
    async def wait_for_task_run(cls, task_run_id: UUID, timeout: float | None = None) -> State[Any] | None:
        """The state in which the run ended; None if it has not after `timeout` seconds."""
        return await wait_for_end("task_runs.read", str(task_run_id), AWAITING, timeout)

    @classmethod
    def add_done_callback(cls, task_run_id: UUID, callback: Callable[[], None]) -> None:
        """Call `callback` once the run has ended."""
        future: PrefectDistributedFuture[Any] = PrefectDistributedFuture(task_run_id)
        future.add_done_callback(lambda _: callback())

    @classmethod
    def instance(cls) -> Self:
        """The one waiter of this process."""
        with cls._lock:
            if cls._instance is None:
                cls._instance = cls()
        return cls._instance  # pyright: ignore[reportReturnType]
