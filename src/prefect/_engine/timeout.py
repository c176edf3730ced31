"""Ending a function of the user's on time, wherever it runs."""

from __future__ import annotations

import contextvars
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._engine import pool

if TYPE_CHECKING:
    import asyncio
    import ctypes
else:  # imported by the first who needs them: most programs never do
    asyncio = lazy.module("asyncio")
    ctypes = lazy.module("ctypes")


class RunTimeout(TimeoutError):
    """The function did not end in the time that its flow or task allows."""


async def call_async(
    function: Callable[..., Coroutine[Any, Any, Any]], timeout_s: float | None, *args: Any, **kwargs: Any
) -> Any:
    """Await ``function(...)``; cancelled after `timeout_s` seconds, which raises `RunTimeout`."""
    if timeout_s is None:
        return await function(*args, **kwargs)
    limit = asyncio.timeout(timeout_s)
    try:
        async with limit:
            return await function(*args, **kwargs)
    except TimeoutError:
        if limit.expired():
            raise RunTimeout(f"No end within {timeout_s} seconds.") from None
        raise


def call(function: Callable[..., Any], timeout_s: float | None, *args: Any, **kwargs: Any) -> Any:
    """Call ``function(...)``; raises `RunTimeout` after `timeout_s` seconds.

    In the main thread an alarm interrupts whatever the function does. In another thread Python code is
    interrupted, while a blocking call goes on by itself: the caller does not wait for it.
    """
    if timeout_s is None:
        return function(*args, **kwargs)
    if threading.current_thread() is threading.main_thread():
        return _call_with_alarm(function, timeout_s, args, kwargs)
    return _call_in_thread(function, timeout_s, args, kwargs)


def _call_with_alarm(function: Callable[..., Any], timeout_s: float, args: Any, kwargs: Any) -> Any:
    def expire(signum: int, frame: FrameType | None) -> None:
        raise RunTimeout(f"No end within {timeout_s} seconds.")

    began = time.monotonic()
    before_handler = signal.signal(signal.SIGALRM, expire)
    outer_s, _ = signal.setitimer(signal.ITIMER_REAL, timeout_s)
    try:
        return function(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before_handler)
        if outer_s:  # an enclosing run has an alarm of its own, which goes on
            signal.setitimer(signal.ITIMER_REAL, max(outer_s - (time.monotonic() - began), 1e-6))


def _call_in_thread(function: Callable[..., Any], timeout_s: float, args: Any, kwargs: Any) -> Any:
    outcome: list[tuple[bool, Any]] = []
    ended = threading.Event()
    context = contextvars.copy_context()
    workers = pool.current()

    def work() -> None:
        pool.act_for(workers)
        try:
            outcome.append((True, context.run(function, *args, **kwargs)))
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            outcome.append((False, error))
        finally:
            ended.set()

    name = f"{threading.current_thread().name}-timed"
    helper = threading.Thread(target=work, name=name, daemon=True)
    helper.start()
    if not ended.wait(timeout_s):
        if helper.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(helper.ident), ctypes.py_object(RunTimeout)
            )
        raise RunTimeout(f"No end within {timeout_s} seconds.")
    succeeded, value = outcome[0]
    if succeeded:
        return value
    raise value
