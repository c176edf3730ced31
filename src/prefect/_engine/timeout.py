"""Ending a function of the user's on time, wherever it runs."""

from __future__ import annotations

import contextvars
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
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


class RunTimeout(Exception):
    """The function did not end in the time that its flow or task allows."""


class Expired(BaseException):
    """Raised into a function whose time is over; no `except Exception` of the user's holds it up."""


@dataclass(eq=False, slots=True)
class _Deadline:
    at_s: float


# the deadlines of the functions that the main thread is in, the outermost first; one alarm serves them all
_deadlines: list[_Deadline] = []


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


class Allowance:
    """The time that a generator may take over all its steps; what happens between them does not count."""

    def __init__(self, timeout_s: float | None) -> None:
        self._left_s = timeout_s

    def step(self, function: Callable[..., Any], *args: Any) -> Any:
        """:func:`call` with the time that is left."""
        if self._left_s is None:
            return function(*args)
        began = time.monotonic()
        try:
            return call(function, self._left_s, *args)
        finally:
            self._spend(time.monotonic() - began)

    async def step_async(self, function: Callable[..., Any], *args: Any) -> Any:
        """:func:`call_async` with the time that is left."""
        if self._left_s is None:
            return await function(*args)
        began = time.monotonic()
        try:
            return await call_async(function, self._left_s, *args)
        finally:
            self._spend(time.monotonic() - began)

    def _spend(self, spent_s: float) -> None:
        if self._left_s is not None:
            self._left_s = max(self._left_s - spent_s, 1e-6)


def _call_with_alarm(function: Callable[..., Any], timeout_s: float, args: Any, kwargs: Any) -> Any:
    depth = len(_deadlines)
    own = _Deadline(time.monotonic() + timeout_s)
    before_handler = signal.getsignal(signal.SIGALRM)
    try:
        try:
            _deadlines.append(own)
            signal.signal(signal.SIGALRM, _expire)
            _set_alarm()
            return function(*args, **kwargs)
        finally:
            del _deadlines[depth:]
    except Expired as error:
        if error.args[0] is not own:  # the time of a function around this one
            raise
    finally:
        del _deadlines[depth:]
        _set_alarm()
        signal.signal(signal.SIGALRM, before_handler)
    raise RunTimeout(f"No end within {timeout_s} seconds.")


def _expire(signum: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    for deadline in _deadlines:
        if deadline.at_s <= now:
            raise Expired(deadline)
    _set_alarm()


def _set_alarm() -> None:
    """Have the alarm ring at the first of the deadlines, and not at all without one."""
    wait_s = 0.0
    if _deadlines:
        wait_s = max(min(deadline.at_s for deadline in _deadlines) - time.monotonic(), 1e-6)
    signal.setitimer(signal.ITIMER_REAL, wait_s)


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
                ctypes.c_ulong(helper.ident), ctypes.py_object(Expired)
            )
        raise RunTimeout(f"No end within {timeout_s} seconds.")
    succeeded, value = outcome[0]
    if succeeded:
        return value
    raise value
