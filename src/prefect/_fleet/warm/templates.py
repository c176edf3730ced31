"""Starting processes from a template, and starting the template: the side of the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base import owner
from prefect._fleet.child import ForkedChild
from prefect._fleet.warm import order as orders
from prefect._fleet.warm.order import Order
from prefect.logging.loggers import get_logger
from prefect.settings import active

logger = get_logger("runner")

AVAILABLE = hasattr(os, "fork") and hasattr(socket, "send_fds")
READY_WITHIN_S = 30.0
LOOK_S = 0.2
# what an interpreter reads at its start only, and what libraries read when they are imported
_EARLY = (
    "PYTHON",
    "LD_",
    "DYLD_",
    "MALLOC_",
    "LC_",
    "LANG",
    "TZ",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "VIRTUAL_ENV",
)


class NoTemplate(RuntimeError):
    """The template cannot start processes at present."""


class Templates:
    """One template, started at the first need and again when it has died."""

    def __init__(self, preload: Iterable[str] = ()) -> None:
        self._preload = tuple(preload)
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._buffer = b""
        self._ready: asyncio.Future[None] | None = None
        self._starting: dict[int, asyncio.Future[ForkedChild]] = {}
        self._children: dict[int, ForkedChild] = {}
        self._outliving: set[asyncio.Task[None]] = set()

    async def warm(self) -> None:
        """Have the template ready. Raises `NoTemplate`."""
        if self._ready is None:
            self._open()
        assert self._ready is not None
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), READY_WITHIN_S)
        except (TimeoutError, OSError) as error:
            self.close()
            raise NoTemplate("The template of processes did not start.") from error

    async def start(
        self,
        run_id: str,
        attempt: int | None,
        *,
        directory: str | None = None,
        env: Mapping[str, str | None] | None = None,
        streams: tuple[int, int] | None = None,
        hooks: str | None = None,
    ) -> ForkedChild:
        """A new process for a run. Raises `NoTemplate`."""
        await self.warm()
        assert self._channel is not None
        key = next(self._numbers)
        order = Order(key, run_id, attempt, directory, dict(env or {}), streams is not None, hooks)
        started = self._starting[key] = asyncio.get_running_loop().create_future()
        line = order.line()
        try:
            await self._send(line, streams or ())
            return await started
        except OSError as error:
            self._starting.pop(key, None)
            self._lost()
            raise NoTemplate("The template of processes has died.") from error

    async def _send(self, line: bytes, descriptors: tuple[int, ...]) -> None:
        """Send a line, with descriptors along its first byte; waits while the template is busy."""
        assert self._channel is not None
        loop = asyncio.get_running_loop()
        if descriptors:
            sent = socket.send_fds(self._channel, [line], list(descriptors))
            line = line[sent:]
        if line:
            await loop.sock_sendall(self._channel, line)

    def close(self) -> None:
        """Let the template end, once its children have."""
        channel, self._channel, self._ready = self._channel, None, None
        if channel is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended before
                asyncio.get_running_loop().remove_reader(channel)
            channel.close()
        if self._process is not None and not self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)
        self._process = None

    # -- the template ---------------------------------------------------------------------------------

    def _open(self) -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "prefect._fleet.warm.template", str(theirs.fileno())]
            self._process = subprocess.Popen(
                [*command, *_modules(), *self._preload],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        self._channel, self._buffer = ours, b""
        self._ready = loop.create_future()
        loop.add_reader(ours, self._hear)

    def _hear(self) -> None:
        assert self._channel is not None
        try:
            data = self._channel.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost()
            return
        self._buffer += data
        while orders.NEWLINE in self._buffer:
            line, _, self._buffer = self._buffer.partition(orders.NEWLINE)
            self._told(orders.read(line))

    def _told(self, words: Mapping[str, Any]) -> None:
        if "ready" in words:
            assert self._ready is not None
            if not self._ready.done():
                self._ready.set_result(None)
        elif "pid" in words:
            child = self._children[words["key"]] = ForkedChild(words["pid"])
            started = self._starting.pop(words["key"], None)
            if started is not None and not started.done():
                started.set_result(child)
        else:
            child = self._children.pop(words["key"], None)
            if child is not None:
                child.ended(words["code"])

    def _lost(self) -> None:
        """The template is gone: its children go on, and are watched from here."""
        children, self._children = list(self._children.values()), {}
        starting, self._starting = list(self._starting.values()), {}
        ready = self._ready
        self.close()
        lost = ConnectionError("The template of processes has died.")
        if ready is not None and not ready.done():
            ready.set_exception(lost)
        for started in starting:
            if not started.done():
                started.set_exception(lost)
        if children:
            logger.warning("The template of processes has died; its %d runs go on.", len(children))
        for child in children:
            task = asyncio.get_running_loop().create_task(_watch(child))
            self._outliving.add(task)
            task.add_done_callback(self._outliving.discard)


async def _watch(child: ForkedChild) -> None:
    """Find out that a process has ended which is no child of ours."""
    identity = owner.of(child.pid)
    while owner.is_alive(identity):
        await asyncio.sleep(LOOK_S)
    child.ended(None)


def _modules() -> tuple[str, ...]:
    from prefect._fleet.warm import template

    return template.ENGINE + (template.OVER_HTTP if active()["api.url"] else template.EMBEDDED)


def fits(env: Mapping[str, str | None]) -> bool:
    """Whether a process with these changes of the environment may come from a template."""
    return AVAILABLE and not any(
        name.startswith(_EARLY) and os.environ.get(name) != value for name, value in env.items()
    )
