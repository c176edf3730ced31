"""Where in a file a setting stands, for messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[+\s*(?P<table>[^\[\]]+?)\s*\]+\s*(#.*)?$")
_PAIR = re.compile(r"""\s*(?P<key>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?P<key>[A-Za-z_]\w*)\s*=")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple("".join(part) for part in _PART.findall(dotted))


def in_toml(text: str, key: Sequence[str]) -> int | None:
    """The line (from 1) where `key`, a path of names, gets its value; inside an inline table the line of
    that table.
    """
    wanted, table = tuple(key), ()
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None:
            table = _parts(header["table"])
            continue
        pair = _PAIR.match(line)
        if pair is None:
            continue
        found = (*table, *_parts(pair["key"]))
        if found == wanted[: len(found)] and (best is None or len(found) > best[0]):
            best = (len(found), number)
    return None if best is None else best[1]


def in_dotenv(text: str, key: str) -> int | None:
    """The line (from 1) of the last assignment to `key`."""
    last = None
    for number, line in enumerate(text.splitlines(), 1):
        match = _ASSIGNMENT.match(line)
        if match is not None and match["key"] == key:
            last = number
    return last
