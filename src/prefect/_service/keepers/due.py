"""Telling at once when runs become due: whoever waits for them is woken instead of asking again.

The topic of the log is `READY`. Its subject is the id of the work queue, for runs that wait in one, and of
the deployment otherwise. It is a hint: who is woken asks for runs, and gets none that somebody else got.
"""

from __future__ import annotations

import logging

from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit
from prefect._service.unit import sql as outbox
from prefect._store.sql import Queries

sql = Queries(__file__, "due.sql")

logger = logging.getLogger("prefect.server.schedules")

READY = "flow-run.ready"
SET_BACK = "flow-runs.set-back"
"""The topic of the log that tells that the clock was set back, so that the planner is to look again."""
# transactions that began before the last round may have been committed after it
OVERLAP_US = 1_000_000
LONGEST_S = 60.0
# the clocks of servers differ by less, and are set by less while they run
BACK_US = 60_000_000


async def announce(unit: Unit, *, work_queue_id: str | None, deployment_id: str | None) -> None:
    """Tell that a run is due which waits in this queue or, without one, belongs to this deployment."""
    subject = work_queue_id or deployment_id
    if subject is not None:
        await unit.emit(READY, subject)


async def round(unit: Unit, _settings: Settings) -> float | None:
    """Announce what has become due since the last round; the next is due with the next run."""
    mark = await unit.one(sql.due_mark)
    since_us: int = mark["until_us"] if mark else unit.now_us - OVERLAP_US
    if since_us - unit.now_us > OVERLAP_US:
        await _set_back(unit, since_us)
        since_us = unit.now_us - OVERLAP_US
    if since_us < unit.now_us:
        told = await unit.all(
            sql.newly_due, since_us=since_us, changed_us=since_us - OVERLAP_US, now_us=unit.now_us
        )
        subjects = {row["work_queue_id"] or row["deployment_id"] for row in told}
        entry = {"at_us": unit.now_us, "topic": READY, "body": None}
        await unit.many(outbox.outbox_insert, [{**entry, "subject": subject} for subject in sorted(subjects)])
        if told or mark is None or unit.now_us - since_us > OVERLAP_US:
            await unit.run(sql.due_mark_set, until_us=unit.now_us)
    row = await unit.one(sql.next_due, now_us=unit.now_us)
    if row is None or row["next_us"] is None:
        return None
    return min(LONGEST_S, max(0.0, (row["next_us"] - unit.now_us) / 1e6))


async def _set_back(unit: Unit, until_us: int) -> None:
    """The clock shows an earlier time than it did: let nothing wait until it has caught up."""
    back_us = until_us - unit.now_us
    await unit.run(sql.due_mark_back, until_us=unit.now_us)
    if back_us > BACK_US:
        logger.warning("The clock was set back by %.0f s; schedules are planned anew.", back_us / 1e6)
        await unit.run(sql.plans_back, mark_us=unit.now_us - 1, plan_us=unit.now_us)
        await unit.emit(SET_BACK, "due")


KEEPER = Keeper(
    "due",
    round,
    period_s=lambda _settings: LONGEST_S,
    # a run may get a new time by any of these
    wakes_on=frozenset(
        {
            "flow-runs.planned",
            "prefect.flow-run.Scheduled",
            "prefect.flow-run.AwaitingRetry",
            "prefect.flow-run.AwaitingConcurrencySlot",
            "prefect.flow-run.AwaitingPrevious",
            "prefect.flow-run.Resuming",
        }
    ),
    runs_embedded=True,
)
