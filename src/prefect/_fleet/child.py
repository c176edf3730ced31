"""A process that executes a flow run, as its supervisor sees it: warm or new, its end and its signals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import Protocol


class Child(Protocol):
    """A process of its own group."""

    pid: int

    async def wait(self) -> int | None:
        """How it ended: its exit code, a negative number of a signal, None if that cannot be known."""
        ...

    @property
    def has_ended(self) -> bool: ...


class ForkedChild:
    """A child of a template, which tells how it ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._end: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    def ended(self, code: int | None) -> None:
        """Called when it is known that it has ended."""
        if not self._end.done():
            self._end.set_result(code)

    @property
    def has_ended(self) -> bool:
        return self._end.done()

    async def wait(self) -> int | None:
        return await asyncio.shield(self._end)


class NewChild:
    """A new interpreter."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.pid = process.pid

    @property
    def has_ended(self) -> bool:
        return self.process.returncode is not None

    async def wait(self) -> int | None:
        return await self.process.wait()


def send(child: Child, number: signal.Signals) -> None:
    """Send a signal to the process, if it is there."""
    if not child.has_ended:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, number)


def send_to_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process and to what it has started; also when only those are left."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)
