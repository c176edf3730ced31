"""Moving on what dead processes left behind: their runs, and the slots of limits that they held."""

from __future__ import annotations

from prefect._service.concurrency_limits import slots
from prefect._service.flow_runs import lapse
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.leases import operations as leases
from prefect._service.unit import Unit

# a dead process of this machine is noticed within this time; elsewhere the end of a lease decides
PERIOD_S = 5.0


async def round(unit: Unit, _settings: Settings) -> float | None:
    """End, or queue again, the runs of dead owners; free slots whose lease is over."""
    if await leases.others_hold(unit):
        await lapse.reap(unit)
    if await leases.others_hold_slots(unit):
        await slots.reap(unit)
    return None


KEEPER = Keeper("lapse", round, period_s=lambda _settings: PERIOD_S)
