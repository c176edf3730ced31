"""Flow runs of this process that somebody outside wants to be cancelled, and how they are reached.

Who executes a run enters it with a way to interrupt it; who hears of a request, in whichever thread, asks for
it here.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable

_lock = threading.RLock()
_open: dict[str, Callable[[], None]] = {}
_asked: set[str] = set()


class Cancellation(BaseException):
    """Raised into a flow that is to be cancelled; no `except Exception` of the user's holds it up."""


def is_anything_open() -> bool:
    """Whether there is any run that could be cancelled."""
    return bool(_open)


def enter(run_id: str, interrupt: Callable[[], None]) -> None:
    """From now on the run can be cancelled: `interrupt` is called once, in the thread of whoever asks."""
    with _lock:
        _open[run_id] = interrupt


def leave(run_id: str) -> None:
    """The run has come to its end and is not to be interrupted any more."""
    with _lock:
        _open.pop(run_id, None)


def ask(run_ids: Iterable[str]) -> None:
    """Interrupt those of the runs that are executed here; asking again changes nothing."""
    with _lock:
        for id in run_ids:
            if id in _open and id not in _asked:
                _asked.add(id)
                _open[id]()


def is_asked(run_id: str | None) -> bool:
    """Whether somebody wants the run to be cancelled."""
    return run_id in _asked


def is_any_due() -> bool:
    """Whether a run is still to be interrupted that somebody wants to be cancelled."""
    return any(id in _open for id in _asked)


def forget(run_id: str) -> None:
    """The run is over, one way or the other."""
    with _lock:
        _open.pop(run_id, None)
        _asked.discard(run_id)


def _after_fork_in_child() -> None:
    """The runs are those of the parent."""
    global _lock
    _lock = threading.RLock()
    _open.clear()
    _asked.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
