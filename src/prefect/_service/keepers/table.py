"""Which keepers there are: the names of the modules in this folder that hold a `KEEPER`."""

from __future__ import annotations

import importlib

from prefect._service.keepers.keeper import Keeper

KEEPERS: tuple[str, ...] = (
    "lapse",
    "pauses",
    "retention",
)


def keepers() -> list[Keeper]:
    """All of them, loaded."""
    return [importlib.import_module(f"{__package__}.{name}").KEEPER for name in KEEPERS]
