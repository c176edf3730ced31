"""What holds for one run of the command line: options that stand before or after any command."""

from __future__ import annotations

import os
import sys
from typing import Any

from prefect._base import lazy

settings: Any = lazy.module("prefect.settings")

# `--prompt` or `--no-prompt`; None when neither was given
prompt: bool | None = None


def is_interactive() -> bool:
    """Whether questions may be asked."""
    if prompt is not None:
        return prompt
    wanted: bool | None = settings.active()["cli.prompt"]
    if wanted is not None:
        return wanted
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()  # pyright: ignore[reportUnnecessaryComparison]


def has_colors() -> bool:
    """Whether what is printed may be coloured: a terminal, no NO_COLOR, and no setting against it."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return False
    try:
        return bool(settings.active()["cli.colors"])
    except ValueError:  # the settings are what is being complained about
        return True
