"""Ending pauses whose time is over while no process waits in them."""

from __future__ import annotations

from prefect._service.flow_runs import pauses
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit

PREFIX = "server.services.pause_expirations"
# pauses that begin wake the keeper, so that it knows when the next one ends
LOOK_S = 60.0


async def round(unit: Unit, _settings: Settings) -> float | None:
    """Fail the runs that were not resumed in time; the next round is due when the next pause ends."""
    await pauses.expire(unit)
    return await pauses.next_end_s(unit)


KEEPER = Keeper(
    "pauses",
    round,
    period_s=lambda settings: max(LOOK_S, settings[f"{PREFIX}.loop_seconds"]),
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
    wakes_on=frozenset({"prefect.flow-run.Paused", "prefect.flow-run.Suspended"}),
)
