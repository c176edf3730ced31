"""What runs print goes to their logs, if they want it.

`print` is replaced once per process and decides at each call by the run that the caller is in; outside of
runs that log their prints it is the `print` that was there before. So runs in different threads cannot get in
each other's way.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from prefect._base import lazy
from prefect._engine import scope

loggers: Any = lazy.module("prefect.logging.loggers")

_OPTIONS = frozenset({"sep", "end", "file", "flush"})
_print: Callable[..., None] = builtins.print


@contextmanager
def patch_print() -> Generator[None, None, None]:
    """Inside the block, what a run with `log_prints` prints goes to its log."""
    watch_print()
    yield


def watch_print() -> None:
    """Put our `print` in the place of the builtin one, if it is not there."""
    if builtins.print is _print:
        builtins.print = print_as_log


def print_as_log(*args: Any, **kwargs: Any) -> None:
    """Print, to the log of the run at hand if it logs its prints and the text is meant for the terminal."""
    context = scope.innermost()
    if (
        context is None
        or not context.log_prints
        or kwargs.get("file") not in (None, sys.stdout, sys.stderr)
        or not kwargs.keys() <= _OPTIONS
    ):
        _print(*args, **kwargs)
        return
    sep, end = kwargs.get("sep"), kwargs.get("end")
    text = (" " if sep is None else sep).join(map(str, args)) + ("\n" if end is None else end)
    loggers.get_run_logger(context).info(text.removesuffix("\n"))
