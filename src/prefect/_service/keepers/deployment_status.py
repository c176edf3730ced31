"""Deployments for whose runs nobody asks any more are not ready."""

from __future__ import annotations

from prefect._service.deployments import planned
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__, "deployment_status.sql")
PREFIX = "server.services.foreman"
MOST_AT_ONCE = 500


async def round(unit: Unit, settings: Settings) -> float | None:
    """Let deployments be NOT_READY that were polled once but are not any more, nor is their queue."""
    patience_us = int(settings[f"{PREFIX}.deployment_last_polled_timeout_seconds"] * 1e6)
    before_us = unit.now_us - patience_us
    silent = await unit.all(sql.silent, before_us=before_us, limit=MOST_AT_ONCE)
    for row in silent:
        if await unit.run(planned.sql.deployment_not_ready, id=row["id"]):
            await unit.emit("prefect.deployment.not-ready", row["id"], {"name": row["name"]})
    return 0.0 if len(silent) == MOST_AT_ONCE else None


KEEPER = Keeper(
    "deployment_status",
    round,
    period_s=lambda settings: settings[f"{PREFIX}.loop_seconds"],
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
    runs_embedded=True,
)
