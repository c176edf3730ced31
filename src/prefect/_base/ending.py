"""The order of endings: what still has something to hand over ends first, while all else still works."""

from __future__ import annotations

import atexit
import importlib
import threading
from collections.abc import Callable


def first(function: Callable[[], None]) -> None:
    """Call `function` at the end of the process before executors refuse work, and before all of `atexit`.

    The standard library's own executors are ended in the same way; `atexit` is the way out where an
    interpreter does not have it, or is ending already.
    """
    # what is registered last is called first: it registers the end of all executors when it is imported
    importlib.import_module("concurrent.futures.thread")
    register = getattr(threading, "_register_atexit", atexit.register)
    try:
        register(function)
    except RuntimeError:
        atexit.register(function)
