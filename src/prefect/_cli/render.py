"""What commands print: lines, tables and JSON. Plain when it goes into a pipe, coloured for people."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from prefect._base import lazy
from prefect._cli import session, tables
from prefect._cli.errors import CommandError
from prefect._cli.tables import Cell, Column

clock: Any = lazy.module("prefect._base.clock")
json: Any = lazy.module("json")

_CODES = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "magenta": "35",
    "cyan": "36",
    "bold": "1",
    "dim": "2",
}
_UNITS = (
    ("year", "y", 31_557_600),
    ("month", "mo", 2_629_800),
    ("week", "w", 604_800),
    ("day", "d", 86_400),
    ("hour", "h", 3600),
    ("minute", "m", 60),
    ("second", "s", 1),
)


def styled(text: str, style: str) -> str:
    """The text in a colour or weight (`painted` says which there are), if colours are wanted."""
    return painted(text, style) if session.has_colors() else text


def painted(text: str, style: str) -> str:
    """The text in a colour or weight, or in both: "bold red"."""
    codes = ";".join(_CODES[word] for word in style.split())
    return f"\033[{codes}m{text}\033[0m"


def line(text: str = "") -> None:
    print(text)


def success(text: str) -> None:
    print(styled(text, "green"))


def warning(text: str) -> None:
    print(styled(text, "yellow"))


def aside(text: str) -> None:
    """A remark beside what is printed, so that it does not disturb who reads the output."""
    print(text, file=sys.stderr)


def failure(text: str) -> None:
    print(styled(text, "red"))


def wants_json(output: str | None) -> bool:
    """Whether ``--output json`` was given; any other format is an error."""
    if output is None:
        return False
    if output.lower() != "json":
        raise CommandError("Only 'json' can be asked for with --output.")
    return True


def json_value(value: Any) -> None:
    """A JSON-shaped value, indented."""
    print(json.dumps(value, indent=2, default=str))


def table(
    columns: Sequence[str | Column], rows: Iterable[Sequence[object]], *, title: str | None = None
) -> None:
    """A table: fitted to a terminal and coloured there, aligned columns with all that there is in a pipe.

    Cells are a `Cell`, or anything that has a text. `title` says what the rows are, for when there
    are none.
    """
    heads = [column if isinstance(column, Column) else Column(column) for column in columns]
    cells = [[_cell(each) for each in row] for row in rows]
    if not cells and title is not None:
        line(f"No {title.lower()} found.")
    elif sys.stdout.isatty():
        has_colors = session.has_colors()
        for drawn in tables.draw(heads, cells, width(), painted if has_colors else lambda text, _: text):
            print(drawn)
    else:
        _aligned(heads, cells)


def _cell(value: object) -> Cell:
    if isinstance(value, Cell):
        return value._replace(text=tables.plain(value.text))
    return Cell("" if value is None else tables.plain(str(value)))


def _aligned(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    every = [[column.name for column in columns], *([cell.text for cell in row] for row in rows)]
    widths = [max(tables.length(row[column]) for row in every) for column in range(len(columns))]
    for row in every:
        padded = (text + " " * (width - tables.length(text)) for text, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Names with what they stand for, below each other; those that are empty are left out."""
    shown = [(name, value) for name, value in pairs if value not in (None, "")]
    indent = max((len(name) for name, _ in shown), default=0) + 2
    room = max(width() - indent, 20) if sys.stdout.isatty() else None
    for name, value in shown:
        first, *others = _lines(value, room)
        line(styled(f"{name:<{indent}}", "dim") + first)
        for other in others:
            line(" " * indent + other)


def _lines(value: object, room: int | None) -> list[str]:
    if isinstance(value, Cell):
        text = tables.plain(value.text)
        return [text if value.style is None else styled(text, value.style)]
    lines = [tables.plain(each) for each in str(value).split("\n")]
    return lines if room is None else [part for each in lines for part in tables.folded(each, room)]


def ago(at: str | None) -> str:
    """An instant (ISO text) as people say it: ``3 minutes ago``, ``in 2 hours``; nothing for None."""
    return when(at).text


def when(at: str | None) -> Cell:
    """As :func:`ago`, with a short spelling: ``3m ago``."""
    if at is None:
        return Cell("")
    seconds = (clock.system.now_us() - clock.from_iso(at)) / 1e6
    if abs(seconds) < 1:
        return Cell("just now", "now")
    unit, short, count = _in_units(abs(seconds))
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    if seconds < 0:
        return Cell(f"in {amount}", f"in {count}{short}")
    return Cell(f"{amount} ago", f"{count}{short} ago")


def took(seconds: float) -> str:
    """A duration in its two largest units, or in milliseconds: ``2h 5m``, ``3.2s``, ``41ms``."""
    if seconds < 0.9995:
        return f"{round(seconds * 1000)}ms"
    if seconds < 59.95:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m" if hours < 24 else f"{hours // 24}d {hours % 24}h"


def _in_units(seconds: float) -> tuple[str, str, int]:
    unit, short, size = next((each for each in _UNITS if seconds >= each[2]), _UNITS[-1])
    return unit, short, int(seconds // size)


def at(instant: str | None) -> str:
    """An instant (ISO text) in local time with milliseconds; nothing for None."""
    if instant is None:
        return ""
    local = clock.to_datetime(clock.from_iso(instant)).astimezone()
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03}"


def confirm(question: str) -> bool:
    """Ask a yes-or-no question; without an answer (end of input) the command ends."""
    try:
        answer = input(f"{question} [y/N]: ")
    except EOFError:
        raise CommandError("No answer was given; use --no-prompt to go on without being asked.") from None
    return answer.strip().lower() in {"y", "yes"}


def agreed(question: str, *, yes: bool = False) -> None:
    """Ask before something is lost, unless `yes` was given or nobody can be asked; a no ends the command."""
    if yes or not session.is_interactive():
        return
    if not confirm(question):
        raise CommandError("Nothing was changed.")


def width() -> int:
    """Columns of the terminal, or as COLUMNS says; 80 when nobody knows."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
