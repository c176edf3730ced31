"""Handing out again what workers were told to clean up and did not finish in time."""

from __future__ import annotations

from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit
from prefect._service.workers import cleanup

PREFIX = "server.services.cleanup_reconciler"
# messages that are handed out wake nobody here, so one looks now and then
LOOK_S = 15.0


async def round(unit: Unit, settings: Settings) -> float | None:
    """Put back what is overdue; the next round is due when the next reservation ends."""
    return await cleanup.put_back_overdue(unit, settings[f"{PREFIX}.batch_size"])


KEEPER = Keeper(
    "cleanup",
    round,
    period_s=lambda settings: max(LOOK_S, settings[f"{PREFIX}.loop_seconds"]),
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
)
