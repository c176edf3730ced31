"""Tracebacks as users want them: their own code, without the engine that called it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

_PACKAGE = str(Path(__file__).parent.parent)


def users_part(trace: TracebackType | None) -> TracebackType | None:
    """`trace` from the first frame that is not this package's on; all of it if there is none."""
    at = trace
    while at is not None and at.tb_frame.f_code.co_filename.startswith(_PACKAGE):
        at = at.tb_next
    return at or trace


def raised(error: BaseException) -> BaseException:
    """`error` without the engine's frames between a call and the user's function, to be raised at the call."""
    error.__traceback__ = users_part(error.__traceback__)
    return error
