"""What comes back from a server, or does not."""

from __future__ import annotations

from typing import NamedTuple


class Reply(NamedTuple):
    """An answer, whatever its status."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class Unanswered(Exception):
    """No answer came: no connection, or one that broke. `__cause__` says why."""


def seconds(text: str | None) -> float | None:
    """The value of a ``Retry-After`` header; None if there is none, or one that names a date."""
    try:
        return None if text is None else max(float(text), 0.0)
    except ValueError:
        return None
