"""Whether this package and the server that it talks to fit together."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_checked: set[str] = set()


def check(ours: str, served: str) -> str | None:
    """What is to be warned of, if anything; raises `RuntimeError` for another major version."""
    mine, other = _numbers(ours), _numbers(served)
    if mine is None or other is None:
        return None
    if mine[0] != other[0]:
        raise RuntimeError(
            f"This is version {ours}, but the API is served by version {served}: their major versions differ."
            " Install the same major version on both sides."
        )
    if other < mine:
        return f"The API is served by version {served}, older than this one, {ours}: upgrade the server."
    return None


def is_checked(url: str) -> bool:
    """Whether the API at `url` was checked before in this process; it counts as checked from now on."""
    if url in _checked:
        return True
    _checked.add(url)
    return False


def _numbers(version: str) -> tuple[int, ...] | None:
    found = _NUMBERS.match(version)
    return None if found is None else tuple(int(number) for number in found.groups())
