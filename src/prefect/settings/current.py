"""The settings that hold here and now: one snapshot for the process, others inside scopes."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from prefect._base import lazy

resolve: Any = lazy.module("prefect.settings.resolve")

scope: ContextVar[Any] = ContextVar("prefect_settings", default=None)
_root: Any = None
_lock = threading.RLock()


def _after_fork() -> None:
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def active() -> Mapping[str, Any]:
    """Every setting by its dotted name, as plain resolved values; read from the sources at the first call.

    Raises `prefect.settings.errors.InvalidSettings` if a source holds something that cannot be used.
    """
    return (scope.get() or _root or root()).values


def snapshot() -> Any:
    """The snapshot that holds here: values together with their sources."""
    return scope.get() or _root or root()


def changes() -> dict[str, Any]:
    """What the scopes around have changed, by dotted name."""
    return {path: given.value for path, given in snapshot().given.items() if given.source == "override"}


def root() -> Any:
    """The snapshot of the process, outside of any scope."""
    global _root
    if _root is None:
        with _lock:
            if _root is None:
                _root = resolve.read()
    return _root


def forget() -> None:
    """Read all sources again when somebody asks next; for what runs before any setting is used."""
    global _root
    _root = None


def refresh() -> None:
    """Read all sources again; scopes that are open keep what they have."""
    global _root
    fresh = resolve.read()
    with _lock:
        _root = fresh


def replaced(snapshot: Any) -> Any:
    """Let `snapshot` be that of the process; the one before (None: not read yet). For tests."""
    global _root
    with _lock:
        before, _root = _root, snapshot
    return before
