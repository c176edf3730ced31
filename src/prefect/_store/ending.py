"""Closing stores when the process ends, however that comes about."""

from __future__ import annotations

import atexit
import sys
from typing import Protocol


class Closable(Protocol):
    def close(self) -> None: ...


def at_exit(store: Closable) -> None:
    """Close `store` when the process ends; to be called in each process that begins to write.

    Workers of multiprocessing end without calling `atexit`, and forget at their start what was to be done at
    their end.
    """
    forget_exit(store)
    atexit.register(store.close)
    processes = sys.modules.get("multiprocessing.process")
    if processes is not None and processes.parent_process() is not None:
        from multiprocessing import util

        util.Finalize(store, _close, args=(store,), exitpriority=10)


def forget_exit(store: Closable) -> None:
    atexit.unregister(store.close)


def _close(store: Closable) -> None:
    store.close()
