"""SIGTERM during a flow run: an exception in the main thread, so that the run can tell its end in time."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from prefect.exceptions import TerminationSignal

_captured = False


@contextlib.contextmanager
def terminating(flush: Callable[[], None]) -> Iterator[None]:
    """While the body runs, SIGTERM raises `TerminationSignal` in the main thread.

    When that leaves the body, `flush` is called and the signal is sent again to whoever handled it before, so
    that the process ends as its parent expects. Does nothing in other threads, or inside another such body.
    """
    global _captured
    if _captured or threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminate(signum: int, frame: FrameType | None) -> None:
        raise TerminationSignal(signal=signum)

    before = signal.signal(signal.SIGTERM, terminate)
    _captured = True
    try:
        yield
    except TerminationSignal:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        flush()
        signal.signal(signal.SIGTERM, before)
        os.kill(os.getpid(), signal.SIGTERM)
        raise
    finally:
        _captured = False
        signal.signal(signal.SIGTERM, before)
