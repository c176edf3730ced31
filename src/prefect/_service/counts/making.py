"""Counting task runs ahead, a quarter of an hour at a time, when it is over for long."""

from __future__ import annotations

from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__)
# most runs are in the same state, so that an index of states would be of no help
BY_TIME = c.ByIndex("task_run_by_expected_start")

QUARTER_US = 900_000_000
# what happens to a run later than an hour after its time is noted by the database itself; the second hour is
# for clocks that differ and for transactions that last
AFTER_US = 2 * 3_600_000_000
MOST = 48


async def go_on(unit: Unit) -> bool:
    """Count what is over, and anew what has changed, a bounded part of it; whether there is more to do."""
    over_us = (unit.now_us - AFTER_US) // QUARTER_US * QUARTER_US
    row = await unit.one(sql.counted_until)
    until_us: int = over_us if row is None else row["until_us"]
    if row is None:
        until_us = min(over_us, await _next(unit, 0, over_us))
    changed = await _notes(unit, 0, until_us, MOST)
    for quarter_us in changed:
        # the notes first: a change of which the note is not seen yet is counted anew later
        await unit.run(sql.notes_delete, quarter_us=quarter_us)
        await _count(unit, quarter_us, quarter_us + QUARTER_US)
    from_us = await _next(unit, until_us, over_us) if until_us < over_us else until_us
    to_us = min(over_us, from_us + MOST * QUARTER_US)
    if from_us < to_us:
        for quarter_us in await _notes(unit, from_us, to_us, MOST):
            await unit.run(sql.notes_delete, quarter_us=quarter_us)
        await _count(unit, from_us, to_us)
    if row is None or to_us > until_us:
        await unit.run(sql.counted_until_put, until_us=max(to_us, until_us))
    return len(changed) == MOST or to_us < over_us


async def _notes(unit: Unit, from_us: int, to_us: int, most: int) -> list[int]:
    rows = await unit.all(sql.notes, from_us=from_us, to_us=to_us, most=most)
    return [row["quarter_us"] for row in rows]


async def _next(unit: Unit, from_us: int, otherwise_us: int) -> int:
    """The first quarter from an instant on that has runs; `otherwise_us` if there is none before that."""
    row = await unit.one(sql.first_after, from_us=from_us)
    assert row is not None
    if row["at_us"] is None or row["at_us"] >= otherwise_us:
        return otherwise_us
    return row["at_us"] // QUARTER_US * QUARTER_US


async def _count(unit: Unit, from_us: int, to_us: int) -> None:
    await unit.run(sql.counts_delete, from_us=from_us, to_us=to_us)
    await unit.run(sql.counts_make.fill(by=BY_TIME), from_us=from_us, to_us=to_us)
