"""The event loop on which a task runner runs its async tasks: one thread for all tasks of a flow run.

It is never the loop of the flow, which the user's code may block. A task that submits further async tasks
gets them run one loop deeper, so that it may block on their results.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from typing import Any

CANCEL_S = 0.25

depth: ContextVar[int] = ContextVar("prefect_loop_depth", default=0)


class LoopThread:
    """An event loop in a thread of its own; runs at most `limit` coroutines at a time (None: any number)."""

    def __init__(self, name: str, limit: int | None = None) -> None:
        self._limit = limit
        self._active = 0
        self._waiting: deque[tuple[Callable[[], Coroutine[Any, Any, None]], Context]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            if self._tasks:  # cancelled a moment ago: they tell their end
                self._loop.run_until_complete(asyncio.wait(self._tasks, timeout=CANCEL_S))
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    def submit(self, start: Callable[[], Coroutine[Any, Any, None]], context: Context) -> None:
        """Run the coroutine that `start` makes, in `context`; it must not raise."""
        self._loop.call_soon_threadsafe(self._admit, start, context)

    def _admit(self, start: Callable[[], Coroutine[Any, Any, None]], context: Context) -> None:
        if self._limit is not None and self._active >= self._limit:
            self._waiting.append((start, context))
            return
        self._active += 1
        task = self._loop.create_task(start(), context=context)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._active -= 1
        if self._waiting:
            self._admit(*self._waiting.popleft())

    def cancel(self) -> None:
        """Cancel the coroutines that run; those that wait for their turn begin, and are told then."""

        def cancel_all() -> None:
            for task in self._tasks:
                task.cancel()

        self._loop.call_soon_threadsafe(cancel_all)

    def close(self) -> None:
        """End the thread; every coroutine must have ended."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        if threading.current_thread() is not self._thread:
            self._thread.join()
