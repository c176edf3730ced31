"""Plain values as text: for environment variables, for profiles, and for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from prefect._base import lazy

json: Any = lazy.module("json")


def as_environment(value: Any) -> str:
    """The text that, as an environment variable, gives `value` again."""
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return json.dumps({key: _json(item) for key, item in items})
    if isinstance(value, (set, frozenset, list, tuple)):
        return ",".join(sorted(str(item) for item in cast("set[Any]", value)))
    return str(value)


def _json(value: Any) -> Any:
    return duration(value) if isinstance(value, timedelta) else value


def duration(value: timedelta) -> str:
    """ISO 8601: ``P7D``, ``PT15S``."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    seconds = value.seconds + value.microseconds / 1_000_000
    date = f"{value.days}D" if value.days else ""
    time = f"T{seconds:.6f}".rstrip("0").rstrip(".") + "S" if seconds or not date else ""
    return f"{sign}P{date}{time}"
