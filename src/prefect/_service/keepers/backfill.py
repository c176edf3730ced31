"""Going on with backfills: new runs as soon as former ones have ended."""

from __future__ import annotations

from prefect._base.jsontext import dumps
from prefect._service.deployments import backfills, planned
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit

MOST_AT_ONCE = 50
# while a backfill goes on, its ended runs are noticed within this time
LOOK_S = 1.0


async def round(unit: Unit, _settings: Settings) -> float | None:
    """Make the next runs of each backfill that goes on."""
    going = await unit.all(backfills.sql.backfills_running, limit=MOST_AT_ONCE)
    made = 0
    for row in going:
        ids = dumps([row["deployment_id"]])
        found = await unit.all(planned.sql.deployments_to_plan, ids=ids)
        schedule = await unit.one(backfills.sql.schedule_by_id, id=row["schedule_id"])
        if found and schedule is not None:
            made += await backfills.go_on(unit, row, found[0], schedule)
    if made:
        await unit.emit(planned.PLANNED, "backfill")
    return LOOK_S if going else None


KEEPER = Keeper(
    "backfill",
    round,
    period_s=lambda _settings: 60.0,
    wakes_on=frozenset({backfills.TOPIC}),
    runs_embedded=True,
)
