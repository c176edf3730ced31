"""The console with a highlighter and styles of the user's own, drawn by the rich library."""

from __future__ import annotations

from typing import Any, TextIO

import rich.console
from rich.theme import Theme

from prefect.logging.highlighters import PrefectConsoleHighlighter


class Console:
    """Prints lines to any stream with one highlighter, theme and choice of colours."""

    def __init__(self, highlighter: Any, styles: dict[str, str], *, colors: bool, markup: bool) -> None:
        self._options: dict[str, Any] = {
            "highlighter": (highlighter or PrefectConsoleHighlighter)() if colors else None,
            "theme": Theme(styles, inherit=False) if colors else None,
            "markup": markup,
            "highlight": colors,
            "no_color": not colors,
        }
        self._markup = markup
        self._consoles: dict[int, tuple[TextIO, rich.console.Console]] = {}

    def print(self, line: str, stream: TextIO) -> None:
        """One line; what cannot be read as markup is printed as it is."""
        known = self._consoles.get(id(stream))
        if known is None or known[0] is not stream:
            self._consoles.clear()
            known = self._consoles[id(stream)] = (stream, rich.console.Console(file=stream, **self._options))
        try:
            known[1].print(line, soft_wrap=True)
        except rich.console.errors.MarkupError:
            known[1].print(line, soft_wrap=True, markup=False)
