"""How callers name settings: by object, by environment variable, or by dotted name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base import lazy
from prefect.settings.catalog import path_of, suggestion

errors: Any = lazy.module("prefect.settings.errors")

__all__ = ["path_of", "scoped", "settings_by_path"]


def settings_by_path(settings: Mapping[Any, Any] | None) -> dict[str, Any]:
    """The same mapping under dotted names; raises `InvalidSettings` for a name that is no setting."""
    return {_known(key): value for key, value in (settings or {}).items()}


def _known(key: Any) -> str:
    path = path_of(key)
    if path is None:
        close = suggestion(str(key))
        hint = "" if close is None else f" Did you mean {close!r}?"
        raise errors.InvalidSettings(f"There is no setting {str(key)!r}.{hint}")
    return path


def scoped(
    snapshot: Any,
    updates: Mapping[Any, Any] | None = None,
    set_defaults: Mapping[Any, Any] | None = None,
    restore_defaults: Iterable[Any] | None = None,
) -> Any:
    """The snapshot with other values, for settings named in any way."""
    restored = [_known(key) for key in restore_defaults or ()]
    return snapshot.scoped(settings_by_path(updates), settings_by_path(set_defaults), restored)
