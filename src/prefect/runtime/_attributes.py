"""Computed attributes of a module, with values that tests can set through the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

_TRUE = ("true", "t", "yes", "y", "on", "1")


def attributes(
    group: str, table: Mapping[str, Callable[[], Any]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of the module `group`, whose attributes `table` computes.

    ``PREFECT__RUNTIME__<GROUP>__<NAME>`` replaces a value (cast to the type that it really has) or adds one.
    """
    prefix = f"PREFECT__RUNTIME__{group.upper()}__"

    def __getattr__(name: str) -> Any:
        compute = table.get(name)
        override = os.environ.get(prefix + name.upper())
        if compute is None:
            if override is None:
                raise AttributeError(f"prefect.runtime.{group} has no attribute {name!r}")
            return override
        value = compute()
        return value if override is None else _cast(override, value, name)

    def __dir__() -> list[str]:
        return sorted(table)

    return __getattr__, __dir__


def _cast(text: str, real: Any, name: str) -> Any:
    if real is None or isinstance(real, str):
        return text
    if isinstance(real, bool):
        return text.lower() in _TRUE
    if isinstance(real, datetime):
        return datetime.fromisoformat(text)
    if isinstance(real, int | float):
        return type(real)(text)
    raise ValueError(
        f"`{name}` is a {type(real).__name__}, which cannot be set through the environment; "
        "set it with monkeypatch instead."
    )
