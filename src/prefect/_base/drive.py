"""Running a coroutine without an event loop.

Everything inside the package is written once as ``async def`` against small ports. An async caller awaits it.
A blocking caller hands it ports that never suspend and runs it with :func:`drive`.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class SuspendedError(RuntimeError):
    """A coroutine driven without an event loop tried to wait; one of its ports is not a blocking one."""


def drive(coro: Coroutine[Any, Any, T]) -> T:
    """Run `coro` to its end in this thread and return what it returns.

    Raises whatever the coroutine raises, and :class:`SuspendedError` if it really suspends: that is a
    programming error (an awaiting port was handed to a blocking caller), reported at the place where it
    happens.
    """
    try:
        coro.send(None)
    except StopIteration as stop:
        return stop.value
    coro.close()
    raise SuspendedError(f"{coro!r} waited for an event loop while it was driven without one.")
