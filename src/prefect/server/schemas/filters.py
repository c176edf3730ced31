"""Filters: which objects a list, a count or a bulk operation is about."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy

wire_filters: Any = lazy.module("prefect._wire.filters")


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    found = globals()[name] = getattr(wire_filters, name)
    return found


def __dir__() -> list[str]:
    return dir(wire_filters)
