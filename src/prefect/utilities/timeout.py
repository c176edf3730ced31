"""Ending a block of code on time."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

__all__ = [
    "cancel_async_after",
    "cancel_sync_after",
    "fail_if_not_timeout_error",
    "timeout",
    "timeout_async",
]


class _Expired(BaseException):
    """Ends the block; never seen outside."""


def fail_if_not_timeout_error(timeout_exc_type: type[Exception]) -> None:
    """Raise `ValueError` unless the type is a subclass of `TimeoutError`."""
    if not issubclass(timeout_exc_type, TimeoutError):
        raise ValueError(
            f"The `timeout_exc_type` must be a `TimeoutError`; {timeout_exc_type.__name__} is none."
        )


@contextmanager
def timeout_async(
    seconds: float | None = None, timeout_exc_type: type[TimeoutError] = TimeoutError
) -> Generator[None]:
    """Cancel the awaiting body after `seconds` (None: never), and raise `timeout_exc_type`."""
    fail_if_not_timeout_error(timeout_exc_type)
    try:
        with cancel_async_after(seconds):
            yield
    except asyncio.CancelledError as error:
        if not getattr(error, "is_ours", False):
            raise
        raise timeout_exc_type(_over(seconds)) from None


@contextmanager
def timeout(
    seconds: float | None = None, timeout_exc_type: type[TimeoutError] = TimeoutError
) -> Generator[None]:
    """Interrupt the blocking body after `seconds` (None: never), and raise `timeout_exc_type`.

    In the main thread whatever it does is interrupted; in others, Python code is.
    """
    fail_if_not_timeout_error(timeout_exc_type)
    try:
        with cancel_sync_after(seconds):
            yield
    except _Cancelled:
        raise timeout_exc_type(_over(seconds)) from None


class _Cancelled(asyncio.CancelledError):
    is_ours = True


def _over(seconds: float | None) -> str:
    return f"Scope timed out after {seconds} second(s)."


@contextmanager
def cancel_async_after(timeout: float | None, name: str | None = None) -> Generator[None]:
    """Cancel the awaiting body after `timeout` seconds (None: never): `asyncio.CancelledError` is raised."""
    if timeout is None:
        yield
        return
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("Only a task of an event loop can be cancelled on time.")
    is_over = False

    def expire() -> None:
        nonlocal is_over
        is_over = True
        task.cancel()

    handle = asyncio.get_running_loop().call_later(max(timeout, 0), expire)
    try:
        yield
    except asyncio.CancelledError:
        if is_over and task.uncancel() == 0:
            raise _Cancelled(name or "timeout") from None
        raise
    finally:
        handle.cancel()


@contextmanager
def cancel_sync_after(timeout: float | None, name: str | None = None) -> Generator[None]:
    """Interrupt the blocking body after `timeout` seconds (None: never) with `asyncio.CancelledError`."""
    if timeout is None:
        yield
        return
    is_main = threading.current_thread() is threading.main_thread()
    try:
        with _alarm(timeout) if is_main else _watch(timeout):
            yield
    except _Expired:
        raise _Cancelled(name or "timeout") from None


@contextmanager
def _alarm(seconds: float) -> Generator[None]:
    def expire(signum: int, frame: FrameType | None) -> None:
        raise _Expired

    began = monotonic()
    before = signal.signal(signal.SIGALRM, expire)
    outer_s, _ = signal.setitimer(signal.ITIMER_REAL, max(seconds, 1e-6))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer_s:  # an alarm around this one goes on
            signal.setitimer(signal.ITIMER_REAL, max(outer_s - (monotonic() - began), 1e-6))


@contextmanager
def _watch(seconds: float) -> Generator[None]:
    thread, lock = threading.get_ident(), threading.Lock()
    is_armed, is_sent = True, False

    def expire() -> None:
        nonlocal is_sent
        with lock:
            if is_armed:
                is_sent = True
                _send(thread, _Expired)

    timer = threading.Timer(max(seconds, 0), expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    except _Expired:
        is_sent = False  # it has arrived
        raise
    finally:
        with lock:
            is_armed = False
            if is_sent:
                _send(thread, None)
        timer.cancel()


def _send(thread: int, error: type[BaseException] | None) -> None:
    told = None if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), told)
