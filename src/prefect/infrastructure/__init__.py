"""Kept so that old programs are told what became of infrastructure blocks."""

from __future__ import annotations

from typing import Any

from prefect.exceptions import PrefectImportError


def __getattr__(name: str) -> Any:
    if name.startswith("_") or name.islower():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    raise PrefectImportError(
        f"There are no infrastructure blocks any more: instead of `{name}` deploy to a work pool, whose"
        " workers provide the infrastructure, with `flow.deploy(work_pool_name=...)`."
    )
