"""Mirror: what ``from prefect import ...`` gives, for programs that import it from here."""

from __future__ import annotations

from typing import Any

import prefect


def __getattr__(name: str) -> Any:
    if name in prefect.__all__ and not name.startswith("_"):
        return getattr(prefect, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [name for name in prefect.__all__ if not name.startswith("_")]
