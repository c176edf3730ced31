"""What was here is gone: ask for it and be told what to use instead."""

from __future__ import annotations

from typing import Any

from prefect.exceptions import PrefectImportError


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise PrefectImportError(
        f"`prefect.workers.block.{name}` has been removed. Use a work pool and a worker of its type instead."
    )
