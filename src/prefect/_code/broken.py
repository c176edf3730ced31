"""What to say of a script that cannot be run: the last lines of its traceback, which name its own lines."""

from __future__ import annotations

import traceback

_LINES = 6


def last_lines(error: BaseException) -> str:
    """The end of the traceback, indented."""
    lines = "".join(traceback.format_exception(error)).rstrip().splitlines()
    return "\n".join(f"    {line}" for line in lines[-_LINES:])
