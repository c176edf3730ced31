"""Tracebacks as users want them: their own code, without the engine that called it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from prefect.exceptions import PrefectException

_PACKAGE = str(Path(__file__).parent.parent)


def _from_users(trace: TracebackType | None) -> TracebackType | None:
    at = trace
    while at is not None and at.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        at = at.tb_next
    return at


def users_part(trace: TracebackType | None) -> TracebackType | None:
    """`trace` from the first frame that is not this package's on; all of it if there is none."""
    return _from_users(trace) or trace


def trim(error: BaseException) -> None:
    """Take the engine's frames between a call and the user's function off `error`, which is raised again.

    An exception of ours that no user code had a part in is told without frames: its message says it all.
    """
    users = _from_users(error.__traceback__)
    if users is not None or isinstance(error, PrefectException):
        error.__traceback__ = users
