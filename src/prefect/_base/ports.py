"""The two ways to wait, behind one interface.

The same ``async def`` code runs for blocking callers (`BLOCKING`: nothing ever suspends, run it with
:func:`prefect._base.drive.drive`) and for async callers (`AWAITING`: the caller's event loop goes on
meanwhile).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from prefect._base import clock as clocks
from prefect._base import lazy
from prefect._base.clock import Clock

if TYPE_CHECKING:
    import asyncio
else:  # imported by the first who needs a loop: blocking programs never do
    asyncio = lazy.module("asyncio")


T = TypeVar("T")


class Ports(Protocol):
    """How code that must not care waits."""

    @property
    def is_async(self) -> bool: ...

    @property
    def clock(self) -> Clock: ...

    async def sleep(self, seconds: float) -> None: ...

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """Call a function that blocks on I/O."""
        ...

    async def wait(self, future: Future[T]) -> T:
        """The result of a future that some thread completes."""
        ...


class _Blocking:
    is_async = False

    @property
    def clock(self) -> Clock:
        return clocks.system

    async def sleep(self, seconds: float) -> None:
        clocks.system.sleep(seconds)

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        return function(*args)

    async def wait(self, future: Future[T]) -> T:
        return future.result()


class _Awaiting:
    is_async = True

    @property
    def clock(self) -> Clock:
        return clocks.system

    async def sleep(self, seconds: float) -> None:
        await clocks.system.asleep(seconds)

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.to_thread(function, *args)

    async def wait(self, future: Future[T]) -> T:
        return await asyncio.wrap_future(future)


BLOCKING: Ports = _Blocking()
AWAITING: Ports = _Awaiting()
