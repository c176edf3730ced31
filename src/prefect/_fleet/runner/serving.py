"""Taking up the runs of some deployments until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Awaitable, Callable, Generator
from typing import Any, TypeVar

from prefect._base.errors import OperationError
from prefect._fleet.claims import Claimed, Source, Unclaimable
from prefect.logging.loggers import get_logger

logger = get_logger("runner")

T = TypeVar("T")

TRY_AGAIN_S, LONGEST_S = 1.0, 30.0


class Intake:
    """Takes runs from a source, as many as there is room for, and starts each as a task."""

    def __init__(
        self,
        source: Source,
        fallback: Callable[[], Source],
        start: Callable[[Claimed], Awaitable[Any]],
        limit: int | None,
        noted: Callable[[], None] = lambda: None,
    ) -> None:
        self.source = source
        self._fallback = fallback
        self._start = start
        self._limit = limit
        self._noted = noted
        self._tasks: set[asyncio.Task[Any]] = set()
        self._freed = asyncio.Event()
        self.stopping = asyncio.Event()

    @property
    def room(self) -> int:
        """How many more runs may be started."""
        return 200 if self._limit is None else self._limit - len(self._tasks)

    @property
    def busy(self) -> int:
        return len(self._tasks)

    async def until_stopped(self) -> None:
        """Take up runs; returns when `stopping` is set."""
        pause_s = TRY_AGAIN_S
        while not self.stopping.is_set():
            self._freed.clear()
            if self.room <= 0:
                await self._unless_stopped(self._freed.wait())
                continue
            try:
                await self.once()
                pause_s = TRY_AGAIN_S
            except (OperationError, OSError) as error:
                logger.warning("Scheduled runs cannot be asked for: %s", error)
                await self._unless_stopped(asyncio.sleep(pause_s))
                pause_s = min(pause_s * 2, LONGEST_S)

    async def once(self) -> None:
        """Ask once, and start what there is."""
        try:
            found = await self._unless_stopped(self.source.next(self.room))
        except Unclaimable:
            self.source = self._fallback()
            return
        self._noted()
        for claimed in found or ():
            task = asyncio.get_running_loop().create_task(self._started(claimed))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def _started(self, claimed: Claimed) -> None:
        try:
            await self._start(claimed)
        except Exception:
            logger.exception("Flow run %r was lost:", claimed.run.get("name"))

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._freed.set()

    async def all_ended(self) -> None:
        """Wait for the runs that were started."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _unless_stopped(self, awaitable: Awaitable[T]) -> T | None:
        """The value of `awaitable`; None when it was given up because of `stopping`."""
        work = asyncio.ensure_future(awaitable)
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
        finally:
            stop.cancel()
            if not work.done():
                work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            return await work
        return None


@contextlib.contextmanager
def ended_by_signals(stop: Callable[[int], None]) -> Generator[None]:
    """While the body runs, SIGINT and SIGTERM call `stop` on the loop instead of ending the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def received(number: int, _: Any) -> None:
        loop.call_soon_threadsafe(stop, number)

    for number in before:
        signal.signal(number, received)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
