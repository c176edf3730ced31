"""Which keepers there are: the names of the modules in this folder that hold a `KEEPER`."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import NamedTuple

from prefect._service.keepers.keeper import Keeper

KEEPERS: tuple[str, ...] = (
    "backfill",
    "cancellation",
    "cleanup",
    "counts",
    "deliveries",
    "deployment_status",
    "due",
    "events",
    "lapse",
    "late",
    "pauses",
    "planner",
    "pool_status",
    "retention",
)


class Described(NamedTuple):
    """A keeper with what it is for, and the environment variable that switches it off, if there is one."""

    keeper: Keeper
    description: str
    setting: str | None


def keepers() -> list[Keeper]:
    """All of them, loaded."""
    return [each.keeper for each in described()]


def described() -> list[Described]:
    """All of them, as people are told of them."""
    return [_described(importlib.import_module(f"{__package__}.{name}")) for name in KEEPERS]


def _described(module: ModuleType) -> Described:
    prefix: str | None = getattr(module, "PREFIX", None)
    setting = None if prefix is None else f"PREFECT_{prefix.replace('.', '_').upper()}_ENABLED"
    return Described(module.KEEPER, (module.__doc__ or "").strip().partition("\n")[0], setting)
