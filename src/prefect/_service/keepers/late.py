"""Marking runs as late that nobody has started in time."""

from __future__ import annotations

from datetime import timedelta

from prefect._base.state import StateType, StateValue
from prefect._core.values import LATE
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.runs import states, transition
from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__, "late.sql")
PREFIX = "server.services.late_runs"
MOST_AT_ONCE = 400


async def round(unit: Unit, settings: Settings) -> float | None:
    """Mark what is overdue; the next round is due when the next run would be late."""
    patience_us: int = settings[f"{PREFIX}.after_seconds"] // timedelta(microseconds=1)
    overdue = await unit.all(sql.overdue, before_us=unit.now_us - patience_us, limit=MOST_AT_ONCE)
    for row in overdue:
        current = states.current(row)
        details = {"scheduled_us": row["next_scheduled_us"]}
        late = StateValue(StateType.SCHEDULED, LATE, "", 0, None, details)
        await transition.move(unit, "flow", row, current, late, "late")
    if len(overdue) == MOST_AT_ONCE:
        return 0.0
    row = await unit.one(sql.next_on_time)
    if row is None or row["next_us"] is None:
        return None
    return max(0.0, (row["next_us"] + patience_us - unit.now_us) / 1e6)


KEEPER = Keeper(
    "late",
    round,
    period_s=lambda settings: settings[f"{PREFIX}.loop_seconds"],
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
    wakes_on=frozenset({"flow-runs.planned", "prefect.flow-run.Scheduled"}),
    runs_embedded=True,
)
