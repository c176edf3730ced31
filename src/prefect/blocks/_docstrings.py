"""What the docstring of a block says: its description and its example."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

_HEADER = re.compile(r"^(?P<title>\w[\w\s-]*):(\s+\S.*)?\s*$")
_FENCE = re.compile(r"^\s*(```|~~~)")
_EXAMPLES = frozenset({"example", "examples"})


class _Section(NamedTuple):
    title: str | None  # None: plain text
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n").rstrip()


def description(docstring: str | None) -> str | None:
    """The first plain text, without ``Attributes:`` and the like; None if there is none."""
    for section in _sections(docstring):
        if section.title is None and section.text:
            return section.text
    return None


def example(docstring: str | None) -> str | None:
    """The text under ``Example:`` or ``Examples:``; None if there is none."""
    for section in _sections(docstring):
        if section.title in _EXAMPLES:
            return textwrap.dedent("\n".join(section.lines)).strip()
    return None


def _sections(docstring: str | None) -> Iterator[_Section]:
    """Plain texts and titled sections in turn.

    A title stands on a line of its own, after an empty line or a section, an indented line right below it.
    """
    lines = inspect.cleandoc(docstring or "").split("\n")
    section = _Section(None, [])
    may_begin, in_fence, at = True, False, 0
    while at < len(lines):
        line = lines[at]
        if _FENCE.match(line):
            in_fence = not in_fence
        header = None if in_fence or not may_begin else _HEADER.match(line)
        if header and at + 1 < len(lines) and lines[at + 1].startswith((" ", "\t")):
            yield section
            end = _end_of_indented(lines, at + 1)
            yield _Section(header["title"].lower(), lines[at + 1 : end])
            section, at = _Section(None, []), end
            continue
        section.lines.append(line)
        may_begin, at = not line.strip(), at + 1
    yield section


def _end_of_indented(lines: list[str], at: int) -> int:
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith((" ", "\t"))):
        at += 1
    return at
