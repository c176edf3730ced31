"""Telling at once when runs become due: whoever waits for them is woken instead of asking again.

The topic of the log is `READY`. Its subject is the id of the work queue, for runs that wait in one, and of
the deployment otherwise. It is a hint: who is woken asks for runs, and gets none that somebody else got.
"""

from __future__ import annotations

from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.unit import Unit
from prefect._service.unit import sql as outbox
from prefect._store.sql import Queries

sql = Queries(__file__, "due.sql")

READY = "flow-run.ready"
# transactions that began before the last round may have been committed after it
OVERLAP_US = 1_000_000
LONGEST_S = 60.0


async def announce(unit: Unit, *, work_queue_id: str | None, deployment_id: str | None) -> None:
    """Tell that a run is due which waits in this queue or, without one, belongs to this deployment."""
    subject = work_queue_id or deployment_id
    if subject is not None:
        await unit.emit(READY, subject)


async def round(unit: Unit, _settings: Settings) -> float | None:
    """Announce what has become due since the last round; the next is due with the next run."""
    mark = await unit.one(sql.due_mark)
    since_us = mark["until_us"] if mark else unit.now_us - OVERLAP_US
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
