"""Interrupting a flow in this process, wherever it is, when its run is to be cancelled."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from prefect._base import asked, lazy
from prefect._base.asked import Cancellation
from prefect._engine import signals

if TYPE_CHECKING:
    import asyncio
    import ctypes
else:  # a flow that nobody cancels needs neither
    asyncio = lazy.module("asyncio")
    ctypes = lazy.module("ctypes")


@contextlib.contextmanager
def possible(run_id: str, is_async: bool) -> Generator[None]:
    """While the body lasts, a request to cancel the run interrupts it.

    In the main thread whatever the flow does is interrupted, in another thread Python code is; an async flow
    is cancelled where it awaits.
    """
    if is_async:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        asked.enter(run_id, lambda: _cancel(run_id, task, loop))
    else:
        thread = threading.get_ident()
        asked.enter(run_id, lambda: _interrupt(thread))
    try:
        yield
    finally:
        asked.leave(run_id)
        if not is_async and asked.is_asked(run_id) and not asked.is_any_due():
            _raise_in(threading.get_ident(), None)


def is_meant(run_id: str | None, error: BaseException) -> bool:
    """Whether `error` came up because the run is to be cancelled."""
    return asked.is_asked(run_id) and _is_cancellation(error)


def comes_from(parent_id: str | None, error: BaseException) -> bool:
    """Whether `error` came up because a run around this one is to be cancelled."""
    return isinstance(error, Cancellation) or (asked.is_asked(parent_id) and _is_cancellation(error))


def settled(run_id: str, is_async: bool) -> None:
    """The run was cancelled; what called it goes on."""
    asked.forget(run_id)
    if is_async and (task := asyncio.current_task()) is not None:
        task.uncancel()


def _is_cancellation(error: BaseException) -> bool:
    return isinstance(error, Cancellation) or type(error).__name__ == "CancelledError"


def _cancel(run_id: str, task: Any, loop: Any) -> None:
    def cancel() -> None:
        if asked.is_any_due():
            task.cancel(f"The flow run {run_id} is to be cancelled.")

    loop.call_soon_threadsafe(cancel)


def _interrupt(thread: int) -> None:
    if thread == threading.main_thread().ident and signals.interrupt():
        return
    _raise_in(thread, Cancellation)


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Have an exception raised in a thread; without one, take back what was not raised yet."""
    what = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)
