"""Colours for lines on a terminal, as escape sequences."""

from __future__ import annotations

import re

_RESET = "\x1b[0m"
_CYAN, _YELLOW, _RED, _BRIGHT_RED, _GREEN, _BLUE, _MAGENTA, _BOLD_MAGENTA = (
    f"\x1b[{code}m" for code in ("36", "33", "31", "91", "32", "94", "35", "1;35")
)
_STYLES = {
    "info": _CYAN,
    "warning": _YELLOW,
    "error": _RED,
    "critical": _BRIGHT_RED,
    "completed": _GREEN,
    "cancelled": _YELLOW,
    "failed": _RED,
    "crashed": _BRIGHT_RED,
    "cached": _BLUE,
    "url": _BLUE,
    "run": _MAGENTA,
    "flow": _BOLD_MAGENTA,
}
_PARTS = re.compile(
    r"(?P<url>(?:https?|wss?|file)://[^\s'\"]+)"
    r"|(?P<info>\bINFO\b)|(?P<warning>\bWARNING\b)|(?P<error>\bERROR\b)|(?P<critical>\bCRITICAL\b)"
    r"|(?P<completed>\bCompleted\b)|(?P<cancelled>\bCancelled\b)|(?P<failed>\bFailed\b)"
    r"|(?P<crashed>\bCrashed\b)|(?P<cached>\bCached\b)"
    r"|(?<=[Ff]low run )(?P<run>'[^']*')|(?<=[Tt]ask run )'[^']*'|(?<=[Ff]low )(?P<flow>'[^']*')"
)


def colored(line: str) -> str:
    """The line with levels, states, names of runs and addresses in colour."""
    return _PARTS.sub(_paint, line)


def _paint(match: re.Match[str]) -> str:
    style = _STYLES.get(match.lastgroup or "")
    return f"{style}{match.group()}{_RESET}" if style else match.group()
