"""Regular expressions that people search with: whatever they write, a search takes no longer than its text.

They are matched by RE2 (R. Cox, "Regular Expression Matching in the Wild", 2010), whose time is linear in the
text. Python's own engine goes back and forth without a limit of time, and nothing else happens meanwhile.
"""

from __future__ import annotations

from typing import Any, Protocol

from prefect._base import lazy
from prefect._base.errors import Invalid

re2: Any = lazy.module("re2")

LONGEST = 200


class Pattern(Protocol):
    """What is searched with."""

    def search(self, text: str, /) -> Any:
        """The first match, or None."""
        ...


def compiled(pattern: str) -> Pattern:
    """`pattern` ready to search with, whatever the case; raises `Invalid` with what is wrong with it."""
    if len(pattern) > LONGEST:
        raise Invalid(f"The pattern has {len(pattern)} characters: at most {LONGEST} are searched for.")
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    try:
        return re2.compile(f"(?m){pattern}", options)
    except re2.error as wrong:
        raise Invalid(f"The pattern is no regular expression: {_told(wrong)}. {_HELP}") from wrong


_HELP = "What can be written: https://github.com/google/re2/wiki/Syntax"


def _told(wrong: Exception) -> str:
    reason = wrong.args[0] if wrong.args else ""
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
