"""SIGTERM during a flow run: an exception in the main thread, so that the run can tell its end in time."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Generator
from types import FrameType
from typing import Any

from prefect._base import asked
from prefect._base.asked import Cancellation
from prefect.exceptions import TerminationSignal


class _Capture:
    """What the open bodies of the main thread share: async code may have several, one beside the other."""

    def __init__(self) -> None:
        self.bodies = 0
        self.before: Any = None
        self.received = False
        self.ending = False
        self.cancelling = False

    def open(self) -> None:
        if not self.bodies:
            self.received = self.ending = False
            self.before = signal.signal(signal.SIGTERM, self.terminate)
        self.bodies += 1

    def close(self) -> bool:
        """Whether this was the last body, and the process is to end now."""
        self.bodies -= 1
        if self.bodies:
            return False
        if self.ending:  # from here on nothing may come between
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        else:
            signal.signal(signal.SIGTERM, self.before)
        return self.ending

    def terminate(self, signum: int, frame: FrameType | None) -> None:
        if self.cancelling:  # it was sent by this process to itself
            self.cancelling = False
            if asked.is_any_due():
                raise Cancellation
            return
        self.received = True
        raise TerminationSignal(signal=signum)


_capture = _Capture()


@contextlib.contextmanager
def terminating(flush: Callable[[], None]) -> Generator[None]:
    """While the body runs, SIGTERM raises `TerminationSignal` in the main thread.

    When the last of the open bodies was left by that, or by the cancellation that it led to, `flush` is
    called and the signal is sent again to whoever handled it before: the process ends as its parent expects.
    Does nothing in other threads, or while SIGTERM is ignored.
    """
    if threading.current_thread() is not threading.main_thread() or not _catches():
        yield
        return
    _capture.open()
    try:
        yield
    except BaseException:
        _capture.ending = _capture.ending or _capture.received
        raise
    finally:
        if _capture.close():
            _end_process(flush)


def interrupt() -> bool:
    """Have `Cancellation` raised in the main thread, from another one; False if that cannot be done so."""
    if not _capture.bodies or signal.getsignal(signal.SIGTERM) != _capture.terminate:
        return False
    ident = threading.main_thread().ident
    if ident is None or not hasattr(signal, "pthread_kill"):
        return False
    _capture.cancelling = True
    signal.pthread_kill(ident, signal.SIGTERM)
    return True


def cause_of(error: BaseException) -> BaseException:
    """What made a run abort: SIGTERM, if `error` is a cancellation that followed it, else `error` itself."""
    if _capture.received and type(error).__name__ in ("CancelledError", "GeneratorExit"):
        return TerminationSignal(signal=signal.SIGTERM)
    return error


def abort_behind(error: BaseException) -> BaseException | None:
    """The abort during whose handling `error` came up, if one is behind it: it must not be hidden by that."""
    behind = error.__context__
    while behind is not None and isinstance(behind, Exception):
        behind = behind.__context__
    return behind


def _catches() -> bool:
    return _capture.bodies > 0 or signal.getsignal(signal.SIGTERM) not in (signal.SIG_IGN, None)


def _end_process(flush: Callable[[], None]) -> None:
    try:
        flush()
    finally:
        signal.signal(signal.SIGTERM, _capture.before)
        os.kill(os.getpid(), signal.SIGTERM)
