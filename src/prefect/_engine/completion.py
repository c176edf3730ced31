"""Something that will be done: a value or an exception to come, waited for from threads and event loops.

Like `concurrent.futures.Future`, at a tenth of its memory: a lock of its own is only made by who waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# The guarded sections are a few assignments long, so one lock serves all completions.
_lock = threading.Lock()
_PENDING, _DONE, _FAILED = 0, 1, 2


class Completion(Generic[T]):
    """Set once, by :meth:`set` or :meth:`fail`; later calls of either are ignored and answer False."""

    __slots__ = ("_callbacks", "_status", "_value")

    def __init__(self) -> None:
        self._status = _PENDING
        self._value: Any = None
        self._callbacks: list[Callable[[], None]] | None = None

    @property
    def done(self) -> bool:
        return self._status != _PENDING

    def set(self, value: T) -> bool:
        return self._finish(_DONE, value)

    def fail(self, error: BaseException) -> bool:
        return self._finish(_FAILED, error)

    def _finish(self, status: int, value: Any) -> bool:
        with _lock:
            if self._status != _PENDING:
                return False
            self._value = value
            self._status = status
            callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            callback()
        return True

    def on_done(self, callback: Callable[[], None]) -> None:
        """Call `callback` in the thread that finishes this; at once if it is done already."""
        with _lock:
            if self._status == _PENDING:
                if self._callbacks is None:
                    self._callbacks = []
                self._callbacks.append(callback)
                return
        callback()

    def forget(self, callback: Callable[[], None]) -> None:
        """Do not call `callback` any more."""
        with _lock:
            if self._callbacks and callback in self._callbacks:
                self._callbacks.remove(callback)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until this is done, at most `timeout_s` seconds; whether it is done."""
        if self._status != _PENDING:
            return True
        woken = threading.Event()
        self.on_done(woken.set)
        if woken.wait(timeout_s):
            return True
        self.forget(woken.set)
        return self._status != _PENDING

    def get(self) -> T:
        """The value; raises what :meth:`fail` was given. Only once this is done."""
        if self._status == _FAILED:
            raise self._value
        return self._value

    def as_future(self) -> Future[T]:
        """A future of the standard library that follows this completion."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()

        def transfer() -> None:
            if self._status == _FAILED:
                future.set_exception(self._value)
            else:
                future.set_result(self._value)

        self.on_done(transfer)
        return future
