"""One event loop on a thread of its own, for blocking callers of coroutines that really wait."""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class LoopThread:
    """An event loop on a daemon thread, started when it is first needed and made anew after a fork."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name=self.name, daemon=True).start()
            return self._loop

    def is_current(self) -> bool:
        """Whether the caller is on this thread."""
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return False

    def submit(self, coro: Coroutine[Any, Any, T]) -> Call[T]:
        """Run a coroutine there, in a copy of the caller's context."""
        return Call(self.loop, coro)


class Call(Generic[T]):
    """A coroutine on its way through another thread's event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, T]) -> None:
        self._loop = loop
        self._task: asyncio.Task[T] | None = None
        self._context = contextvars.copy_context()
        self.future: Future[T] = Future()
        loop.call_soon_threadsafe(self._start, coro)

    def result(self) -> T:
        """Wait for the end. An interrupt cancels the coroutine and comes through once that has ended."""
        try:
            return self.future.result()
        except KeyboardInterrupt:
            if not self.future.done():
                self.cancel()
                wait([self.future])
            raise

    def cancel(self) -> None:
        """Ask the coroutine to end."""
        self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _start(self, coro: Coroutine[Any, Any, T]) -> None:
        self._task = self._loop.create_task(coro, context=self._context)
        self._task.add_done_callback(self._finish)
        _running.add(self)

    def _finish(self, task: asyncio.Task[T]) -> None:
        _running.discard(self)
        if task.cancelled():
            self.future.set_exception(asyncio.CancelledError())
        elif (error := task.exception()) is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(task.result())


_running: set[Call[Any]] = set()  # a loop keeps no hold on its tasks
