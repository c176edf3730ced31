"""The command line as a function; ``prefect._cli`` holds the commands."""

from __future__ import annotations

from prefect._base import lazy

_main = lazy.module("prefect._cli.main")

__all__ = ["app"]


def app() -> None:
    """Run the command that the arguments of this process say, and end it with its exit code."""
    _main.main()
