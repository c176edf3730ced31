"""Handing out again background task runs whose worker is gone before they began."""

from __future__ import annotations

from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.task_workers import deliveries
from prefect._service.task_workers.statements import sql
from prefect._service.unit import Unit

PERIOD_S = 10.0
MOST = 200


async def round(unit: Unit, _settings: Settings) -> float | None:
    """Put back what no worker holds; forget workers of servers that are gone."""
    await unit.run(sql.workers_expired, now_us=unit.now_us)
    wait_s = await deliveries.put_back_overdue(unit, MOST)
    return None if wait_s is None else min(wait_s, PERIOD_S)


KEEPER = Keeper("deliveries", round, period_s=lambda _settings: PERIOD_S, runs_embedded=True)
