"""Forking with open stores: their threads stand still at the moment of the fork, and the child starts afresh.

A connection that was carried over a fork must never be used in the child: SQLite would believe that the child
holds the parent's locks, and PostgreSQL would hear two voices. A thread that was in the middle of something
would leave the locks of libraries (TLS, for one) held in the child for ever.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Any, Protocol


class Forkable(Protocol):
    """What a store does around a fork."""

    def before_fork(self) -> Any:
        """Have the store stand still; the answer is handed to `after_fork_in_parent`."""
        ...

    def after_fork_in_parent(self, held: Any) -> None: ...

    def after_fork_in_child(self) -> None: ...


_stores: weakref.WeakSet[Any] = weakref.WeakSet()


class _Held(threading.local):
    """What the fork of this thread holds: two threads may fork at a time."""

    def __init__(self) -> None:
        self.stores: list[tuple[Forkable, Any]] = []


_held = _Held()


def watch(store: Forkable) -> None:
    """From now on `store` takes part in each fork of this process."""
    _stores.add(store)


def forget(store: Forkable) -> None:
    _stores.discard(store)


def _before() -> None:
    for store in list(_stores):
        _held.stores.append((store, store.before_fork()))


def _in_parent() -> None:
    while _held.stores:
        store, held = _held.stores.pop()
        store.after_fork_in_parent(held)


def _in_child() -> None:
    while _held.stores:
        store, _ = _held.stores.pop()
        store.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
