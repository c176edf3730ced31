"""Counting task runs by time and state ahead, so that charts of months are read from few rows."""

from __future__ import annotations

from prefect._service.counts import making
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit

PERIOD_S = 60.0
# between two parts of a large database that was not counted before
PAUSE_S = 0.2


async def round(unit: Unit, _settings: Settings) -> float | None:
    """Count what is over since the last round, or a part of it."""
    return PAUSE_S if await making.go_on(unit) else None


KEEPER = Keeper("counts", round, period_s=lambda _settings: PERIOD_S)
