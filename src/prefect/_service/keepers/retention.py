"""Removing what is older than it has to be kept: events, lines of log, and flow runs if a setting says so.

Events go after `server.events.retention_period`, or sooner by their name. Lines of log, and flow runs with
all that is theirs, go after `server.services.db_vacuum.retention_period`. What is removed at all is said by
`server.services.db_vacuum.enabled`: false, true, or names of ``events`` (with the log) and ``flow_runs``.
A round removes a bounded number of rows, so that nobody waits long for the writer.
"""

from __future__ import annotations

import builtins
from datetime import timedelta

from prefect._base import ids
from prefect._service.artifacts import operations as artifacts
from prefect._service.flow_runs import operations as flow_runs
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.results import operations as results
from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__, "retention.sql")

PREFIX = "server.services.db_vacuum"
EVENTS, RUNS = "events", "flow_runs"
# between batches others get their turn
PAUSE_S = 0.02
MOST_RUNS = 20


def removed(settings: Settings) -> frozenset[str]:
    """What is removed when it is old, by name."""
    enabled = settings[f"{PREFIX}.enabled"]
    if isinstance(enabled, bool):
        return frozenset({EVENTS, RUNS}) if enabled else frozenset()
    return frozenset(enabled or ())


async def round(unit: Unit, settings: Settings) -> float | None:
    """Remove a batch of each kind; comes back soon while there is more."""
    batch: int = settings[f"{PREFIX}.batch_size"]
    kinds = removed(settings)
    is_more = False
    if EVENTS in kinds:
        is_more = await _remove_events(unit, settings, batch)
        is_more = await _remove_lines(unit, settings, batch) or is_more
    if RUNS in kinds:
        is_more = await _remove_runs(unit, settings, batch) or is_more
        before_us = _before_us(unit, settings[f"{PREFIX}.retention_period"])
        is_more = await results.forget_old(unit, before_us, batch) or is_more
    is_more = await results.forget_expired(unit, batch) or is_more
    await unit.run(sql.tokens_delete, now_us=unit.now_us)
    return PAUSE_S if is_more else None


async def _remove_events(unit: Unit, settings: Settings, batch: int) -> bool:
    kept: timedelta = settings["server.events.retention_period"]
    before_us = _before_us(unit, kept)
    is_more = await unit.run(sql.events_delete, before_us=before_us, batch=batch) == batch
    is_more = await unit.run(sql.entries_delete, before_us=before_us, batch=batch) == batch or is_more
    for event, shorter in settings[f"{PREFIX}.event_retention_overrides"].items():
        if shorter < kept:
            gone = await unit.run(
                sql.events_of_kind_delete, event=event, before_us=_before_us(unit, shorter), batch=batch
            )
            is_more = gone == batch or is_more
    return is_more


async def _remove_lines(unit: Unit, settings: Settings, batch: int) -> bool:
    before_us = _before_us(unit, settings[f"{PREFIX}.retention_period"])
    before_id = ids.first_of(before_us)
    return await unit.run(sql.lines_delete, before_us=before_us, before_id=before_id, batch=batch) == batch


async def _remove_runs(unit: Unit, settings: Settings, batch: int) -> bool:
    """Runs that are over; subflows are over when the run that they were part of is gone."""
    before_us = _before_us(unit, settings[f"{PREFIX}.retention_period"])
    found = await unit.all(sql.runs_over, before_us=before_us, batch=min(batch, MOST_RUNS))
    left = batch
    for run in found:
        left -= await _empty(unit, run["id"], left)
        if left <= 0:
            break
        await flow_runs.delete(unit, id=run["id"])
        left -= 1
    return bool(found)


async def _empty(unit: Unit, id: str, most: int) -> int:
    """Remove up to `most` things of a run; fewer are told only when nothing is left."""
    gone = 0
    for task_run in await unit.all(sql.task_runs_of, id=id, batch=most):
        await unit.run(sql.states_of_task_delete, id=task_run["id"])
        await unit.run(sql.task_run_delete, id=task_run["id"])
        gone += 1
    if gone < most:
        for artifact in await unit.all(sql.artifacts_of_run, id=id, batch=most - gone):
            await artifacts.delete(unit, id=artifact["id"])
            gone += 1
    if gone < most:
        gone += await unit.run(sql.lines_of_run_delete, id=id, batch=most - gone)
    return gone


def _before_us(unit: Unit, kept: timedelta) -> int:
    return unit.now_us - builtins.round(kept.total_seconds() * 1e6)


KEEPER = Keeper(
    "retention",
    round,
    period_s=lambda settings: settings[f"{PREFIX}.loop_seconds"],
    is_enabled=lambda settings: bool(removed(settings)),
    runs_embedded=True,
)
