"""The blocks of code in the documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.house.processes import ROOT

FENCE = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, what stands behind it on the line of the fence, and its text."""

    language: str
    note: str
    text: str
    line: int


def blocks(page: Path, language: str | None = None) -> list[Block]:
    """The blocks of a page, or those in one language."""
    text = page.read_text()
    return [
        Block(match[1], match[2].strip(), match[3], text[: match.start(3)].count("\n") + 1)
        for match in FENCE.finditer(text)
        if language is None or match[1] == language
    ]


def pages() -> list[Path]:
    """All documents: those of `docs` and those at the top."""
    return sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("*.md"))


def name(page: Path) -> str:
    return str(page.relative_to(ROOT).with_suffix(""))
