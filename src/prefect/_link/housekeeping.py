"""The keepers of the embedded store, for a process that stays: it plans runs as a server would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import clock, lazy, owner
from prefect._service.keepers.keeper import Keeper
from prefect._service.keepers.table import KEEPERS
from prefect._service.unit import Unit
from prefect._store.rounds import Chore, Rounds
from prefect._store.store import Tx, Work

stores: Any = lazy.module("prefect._store.current")
settings: Any = lazy.module("prefect.settings")
importlib: Any = lazy.module("importlib")

# what other processes of the same home do all the same, or what no program needs while it serves
_WANTED = frozenset({"planner", "due", "late", "cancel", "foreman", "slots", "concurrency"})


def begin() -> Rounds | None:
    """Start what keeps schedules going; None where a server does that. Close it at the end."""
    values = settings.active()
    if values["api.url"]:
        return None
    chosen = [
        importlib.import_module(f"prefect._service.keepers.{name}").KEEPER
        for name in KEEPERS
        if name in _WANTED
    ]
    rounds = Rounds(stores.store(), [_chore(each, values) for each in chosen if each.is_enabled(values)])
    rounds.start()
    return rounds


def _chore(keeper: Keeper, values: Mapping[str, Any]) -> Chore:
    return Chore(keeper.name, _in_unit(keeper, values), keeper.period_s(values), keeper.wakes_on)


def _in_unit(keeper: Keeper, values: Mapping[str, Any]) -> Work[float | None]:
    async def work(tx: Tx) -> float | None:
        return await keeper.round(Unit(tx, clock.system.now_us(), owner.current()), values)

    return work
