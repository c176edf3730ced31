"""Kept so that old programs are told what became of agents."""

from __future__ import annotations

from typing import Any

from prefect.exceptions import PrefectImportError


def __getattr__(name: str) -> Any:
    if name.startswith("_") or name.islower():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    raise PrefectImportError(
        f"There are no agents any more: instead of `prefect.agent.{name}` start a worker, "
        "with `prefect worker start --pool <work pool>`."
    )
