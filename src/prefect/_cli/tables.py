"""Tables for people: what fits into the terminal is chosen, nothing that is copied is ever cut.

Room is made in this order: short spellings instead of long ones, optional columns left out, then the widest
columns folded over several lines. A column that is `whole` (ids) is never folded.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from prefect._base import lazy

unicodedata: Any = lazy.module("unicodedata")

GAP = 2
# folding makes no column narrower than this
_FLOOR = 8


class Column(NamedTuple):
    """A column: `whole` ones are never folded, `optional` ones are left out when room is short."""

    name: str
    whole: bool = False
    optional: bool = False
    right: bool = False


class Cell(NamedTuple):
    """A text with a shorter spelling of the same and a style, as `render.styled` knows them."""

    text: str
    short: str | None = None
    style: str | None = None


def draw(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    room: int,
    styled: Callable[[str, str], str],
) -> Iterable[str]:
    """The lines of a table that is `room` wide; `styled` colours a text that is padded already."""
    kept, texts, widths = _fit(columns, rows, room)
    rule = "─" if _can_print("─") else "-"
    gap = " " * GAP
    yield gap.join(
        styled(_padded(columns[at].name, width, columns[at].right), "bold")
        for at, width in zip(kept, widths, strict=True)
    ).rstrip()
    yield styled(gap.join(rule * width for width in widths), "dim")
    for number, row in enumerate(rows):
        cells = [folded(texts[at][number], width) for at, width in zip(kept, widths, strict=True)]
        for line in range(max(map(len, cells))):
            parts: list[str] = []
            for at, width, lines in zip(kept, widths, cells, strict=True):
                text = lines[line] if line < len(lines) else ""
                text = _padded(text, width, columns[at].right)
                style = row[at].style
                parts.append(text if style is None else styled(text, style))
            yield gap.join(parts).rstrip()


def _fit(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: int
) -> tuple[list[int], list[list[str]], list[int]]:
    """Which columns stay, the texts of every column, and the widths of those that stay."""
    texts = [[row[at].text for row in rows] for at in range(len(columns))]
    kept = list(range(len(columns)))
    natural = [_widest(columns[at].name, texts[at]) for at in kept]
    if _total(natural) > room:
        texts = [[_shortest(row[at]) for row in rows] for at in kept]
        natural = [_widest(columns[at].name, texts[at]) for at in kept]
    for at in reversed(range(len(columns))):
        if columns[at].optional and _total([natural[each] for each in kept]) > room:
            kept.remove(at)
    widths = [natural[at] for at in kept]
    while _total(widths) > room:
        soft = [place for place, at in enumerate(kept) if not columns[at].whole and widths[place] > _FLOOR]
        if not soft:
            break
        widest = max(soft, key=lambda place: widths[place])
        widths[widest] -= 1
    return kept, texts, widths


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _widest(name: str, texts: Sequence[str]) -> int:
    return max((length(text) for text in (name, *texts)), default=0)


def _shortest(cell: Cell) -> str:
    return cell.text if cell.short is None else cell.short


def length(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(character) for character in text)


def _columns_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - length(text))
    return space + text if right else text + space


def folded(text: str, width: int) -> list[str]:
    """The text in lines of at most `width`, broken at spaces or dashes where there are any."""
    lines: list[str] = []
    while length(text) > width:
        cut = _prefix(text, width)
        at = max(text.rfind(" ", 0, cut + 1), text.rfind("-", 0, cut) + 1, text.rfind("_", 0, cut) + 1)
        at = at if at > 0 else cut
        lines.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*lines, text]


def _prefix(text: str, width: int) -> int:
    """How many characters of the text fit, one at least."""
    used = 0
    for count, character in enumerate(text):
        used += _columns_of(character)
        if used > width:
            return max(count, 1)
    return len(text)


def plain(text: str) -> str:
    """The text on one line, with characters that would control the terminal written out."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _written_out(each) for each in text)


def _written_out(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _can_print(character: str) -> bool:
    try:
        character.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
