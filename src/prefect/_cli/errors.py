"""How commands fail: one line that says what is wrong and what to do, and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

from prefect._base import lazy

base_errors: Any = lazy.module("prefect._base.errors")
exceptions: Any = lazy.module("prefect.exceptions")
render: Any = lazy.module("prefect._cli.render")

FAILED, USAGE, INTERRUPTED = 1, 2, 130


class CommandError(Exception):
    """The command cannot do what is asked of it; `code` is its exit code.

    With `to_stderr` the message goes where it does not mix with the output.
    """

    def __init__(self, message: str, code: int = FAILED, to_stderr: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.to_stderr = to_stderr


class UsageError(CommandError):
    """The command line is not understood."""

    def __init__(self, message: str) -> None:
        super().__init__(message, USAGE)


def report(error: BaseException) -> int:
    """Tell the person what went wrong; the exit code."""
    if isinstance(error, KeyboardInterrupt):
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    if isinstance(error, UsageError):
        print(f"Error: {error}", file=sys.stderr)
        return USAGE
    if isinstance(error, CommandError):
        if error.to_stderr:
            print(f"Error: {error}", file=sys.stderr)
        else:
            render.failure(str(error))
        return error.code
    render.failure(_message(error))
    if _wants_traceback():
        traceback.print_exception(error)
    return FAILED


def _message(error: BaseException) -> str:
    known = (base_errors.OperationError, base_errors.StoreError, exceptions.PrefectException)
    if isinstance(error, known):
        return str(error)
    if _is_from("httpx", error):
        url = getattr(getattr(error, "_request", None), "url", None)
        target = "the API" if url is None else f"the API at {url.scheme}://{url.netloc.decode()}"
        return f"Could not reach {target}: {error}. Check PREFECT_API_URL, and whether the server runs."
    hint = "" if _wants_traceback() else " Set PREFECT_DEBUG_MODE=1 to see where."
    return f"Unexpected {type(error).__name__}: {error}.{hint}"


def _is_from(package: str, error: BaseException) -> bool:
    return any(base.__module__.partition(".")[0] == package for base in type(error).__mro__)


def _wants_traceback() -> bool:
    return os.environ.get("PREFECT_DEBUG_MODE", "").strip().lower() in {"1", "true", "t", "yes", "y", "on"}
