"""What commands print: lines, tables and JSON. Plain when it goes into a pipe, coloured for people."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from prefect._base import lazy
from prefect._cli import session
from prefect._cli.errors import CommandError

clock: Any = lazy.module("prefect._base.clock")
json: Any = lazy.module("json")
rich_table: Any = lazy.module("rich.table")
rich_console: Any = lazy.module("rich.console")
rich_text: Any = lazy.module("rich.text")

_CODES = {"red": "31", "green": "32", "yellow": "33", "bold": "1", "dim": "2"}
_UNITS = (
    ("year", 31_557_600),
    ("month", 2_629_800),
    ("week", 604_800),
    ("day", 86_400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


def styled(text: str, style: str) -> str:
    """The text in a colour (red, green, yellow) or weight (bold, dim), if colours are wanted."""
    return f"\033[{_CODES[style]}m{text}\033[0m" if session.has_colors() else text


def line(text: str = "") -> None:
    print(text)


def success(text: str) -> None:
    print(styled(text, "green"))


def warning(text: str) -> None:
    print(styled(text, "yellow"))


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


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table: boxed on a terminal, aligned columns in a pipe."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _boxed(columns, texts, title)
    else:
        _aligned(columns, texts)


def _boxed(columns: Sequence[str], rows: list[list[str]], title: str | None) -> None:
    drawn = rich_table.Table(*columns, title=title)
    for row in rows:
        drawn.add_row(*(rich_text.Text(cell) for cell in row))
    rich_console.Console(width=width(), no_color=not session.has_colors()).print(drawn)


def _aligned(columns: Sequence[str], rows: list[list[str]]) -> None:
    every = [list(columns), *rows]
    widths = [max(len(row[column]) for row in every) for column in range(len(columns))]
    for row in every:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def ago(at: str | None) -> str:
    """An instant (ISO text) as people say it: ``3 minutes ago``, ``in 2 hours``; nothing for None."""
    if at is None:
        return ""
    seconds = (clock.system.now_us() - clock.from_iso(at)) / 1e6
    size = abs(seconds)
    unit, length = next((each for each in _UNITS if size >= each[1]), _UNITS[-1])
    count = int(size // length)
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {amount}" if seconds < 0 else f"{amount} ago"


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
