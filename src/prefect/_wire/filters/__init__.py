"""Filters: which objects a list, a count or a bulk operation is about.

The classes are made from the tables of :mod:`prefect._wire.filters.tables` when they are first asked for; the
stub beside this file, made from the same tables, says what they look like.
"""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._wire.filters.tables import CLASSES

builder: Any = lazy.module("prefect._wire.filters.build")

__all__ = ["CLASSES", "Operator", "OperatorMixin", *CLASSES]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in CLASSES:
        found = globals()[name] = builder.build(name)
        return found
    if name in ("Operator", "OperatorMixin"):
        return getattr(builder, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
