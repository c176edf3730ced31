"""Kept so that old programs are told what became of infrastructure blocks."""

from __future__ import annotations

from typing import Any

import prefect.infrastructure as _infrastructure


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_infrastructure, name)
