"""Making events of the log, and having the automations see them; windows that end unnoticed end here."""

from __future__ import annotations

from datetime import timedelta

from prefect._service.automations import evaluate
from prefect._service.events import keeping
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit

TRIGGERS = "server.services.triggers"
# entries of the log in one round: a few milliseconds of work
BATCH = 200


async def round(unit: Unit, settings: Settings) -> float | None:
    """Read on in the log; once all of it is read, the windows that are over by now end."""
    retention: timedelta = settings["server.events.retention_period"]
    oldest_us = unit.now_us - round_us(retention)
    events, is_more = await keeping.read_on(unit, BATCH, oldest_us)
    if settings[f"{TRIGGERS}.enabled"]:
        if events:
            await evaluate.observe(unit, events)
        if not is_more:
            return await evaluate.end_windows(unit)
    return 0.0 if is_more else None


def round_us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _period_s(settings: Settings) -> float:
    granularity: timedelta = settings["server.events.proactive_granularity"]
    return granularity.total_seconds()


KEEPER = Keeper(
    "events",
    round,
    _period_s,
    wakes_on=frozenset({"*"}),
    runs_embedded=True,
)
