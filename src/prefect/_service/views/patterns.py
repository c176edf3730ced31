"""Regular expressions that people search with: refused where they could take forever."""

from __future__ import annotations

import re

from prefect._base.errors import Invalid

LONGEST = 200
MOST_REPEATS = 4
_QUANTIFIER = re.compile(r"[*+]|\{\d*,\}|\{\d*,?\d{3,}\}")


def compiled(pattern: str) -> re.Pattern[str]:
    """`pattern` ready to search with, whatever the case; raises `Invalid` with what is wrong with it.

    The engine of Python goes back and forth without a limit of time, and nothing else happens meanwhile. What
    makes it explode are repeated groups that repeat or choose inside, so these are refused.
    """
    if len(pattern) > LONGEST:
        raise Invalid(f"The pattern has {len(pattern)} characters: at most {LONGEST} are searched for.")
    try:
        found = re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as wrong:
        raise Invalid(f"The pattern is no regular expression: {wrong}.") from wrong
    _check(pattern)
    return found


def _check(pattern: str) -> None:
    repeats, at = 0, 0
    # for each group that is open, whether it repeats or chooses
    groups: list[bool] = [False]
    while at < len(pattern):
        letter = pattern[at]
        closed = None
        if letter == "\\":
            if pattern[at + 1 : at + 2] in "123456789":
                raise Invalid("The pattern refers back to a group: write what it should find instead.")
            at += 2
            continue
        if letter == "[":
            at = _class_end(pattern, at)
            continue
        if letter == "(":
            if pattern.startswith("(?P=", at) or pattern.startswith("(?(", at):
                raise Invalid("The pattern refers back to a group: write what it should find instead.")
            groups.append(False)
        elif letter == "|":
            groups[-1] = True
        elif letter == ")":
            closed = groups.pop()
            groups[-1] = groups[-1] or closed
            at += 1
        if quantifier := _QUANTIFIER.match(pattern, at):
            if closed:
                raise Invalid(
                    "The pattern repeats a group that itself repeats or chooses, which can take forever: "
                    "repeat without the group, as `[ab]+` for `(a|b)+`."
                )
            repeats += 1
            groups[-1] = True
            at = quantifier.end()
        elif closed is None:
            at += 1
    if repeats > MOST_REPEATS:
        raise Invalid(
            f"The pattern repeats {repeats} times: {MOST_REPEATS} of `*`, `+` and `{{n,}}` at most."
        )


def _class_end(pattern: str, at: int) -> int:
    """The place behind the set of characters that begins at `at`."""
    at += 2 if pattern.startswith("[^", at) else 1
    at += pattern.startswith("]", at)
    while at < len(pattern) and pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
