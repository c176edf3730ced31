"""Noticing that workers are silent and that nobody asks for runs: pools and queues become NOT_READY."""

from __future__ import annotations

from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit
from prefect._service.work_pools import status as pools
from prefect._service.work_queues import status as queues
from prefect._store.sql import Queries

sql = Queries(__file__, "pool_status.sql")
PREFIX = "server.services.foreman"


async def round(unit: Unit, settings: Settings) -> float | None:
    """Change what is wrong by now; the opposite direction belongs to heartbeats and polls."""
    await unit.run(
        sql.workers_silent,
        now_us=unit.now_us,
        fallback_s=settings[f"{PREFIX}.fallback_heartbeat_interval_seconds"],
        multiple=settings[f"{PREFIX}.inactivity_heartbeat_multiple"],
    )
    for pool in await unit.all(sql.pools_unserved):
        await pools.enter(unit, pool, pools.NOT_READY)
    for queue in await unit.all(sql.queues_unpolled, before_us=_before(unit, settings)):
        await queues.enter(unit, queue, queues.NOT_READY)
    return None


def _before(unit: Unit, settings: Settings) -> int:
    patience_s: float = settings[f"{PREFIX}.work_queue_last_polled_timeout_seconds"]
    return unit.now_us - int(patience_s * 1_000_000)


KEEPER = Keeper(
    "pool_status",
    round,
    period_s=lambda settings: settings[f"{PREFIX}.loop_seconds"],
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
    runs_embedded=True,
)
