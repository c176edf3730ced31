"""How many task runs there are by interval and state: what was counted ahead, and rows for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prefect._service.counts.making import BY_TIME, QUARTER_US, sql
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit

# with more quarters to be counted anew than this, the rows are read at once
MOST_NOTES = 200
_BY_STATE = c.ByIndex("task_run_by_state")


async def task_runs(unit: Unit, start_us: int, end_us: int, step_us: int) -> list[dict[str, Any]]:
    """The task runs that were expected to start in a time, by interval of `step_us`, state type and name.

    Each has ``found``, and in sum how long they ran (``run_us``) and how late they were (``late_us``).
    """
    span = {"start_us": start_us, "step_us": step_us}
    row = await unit.one(sql.counted_until)
    # whole quarters that are counted
    first_us = -(-start_us // QUARTER_US) * QUARTER_US
    last_us = min(end_us, 0 if row is None else row["until_us"]) // QUARTER_US * QUARTER_US
    notes = await unit.all(sql.notes, from_us=first_us, to_us=last_us, most=MOST_NOTES + 1)
    found: list[Mapping[str, Any]] = []
    if step_us <= QUARTER_US or last_us <= first_us or len(notes) > MOST_NOTES:
        pieces = [(start_us, end_us)]
    else:
        found += await unit.all(sql.counts, **span, from_us=first_us, to_us=last_us)
        changed = {note["quarter_us"] for note in notes}
        pieces = list(_pieces(start_us, end_us, step_us, (first_us, last_us), changed))
    ended = sql.ended.fill(by=BY_TIME)
    for from_us, to_us in pieces:
        found += await unit.all(ended, **span, from_us=from_us, to_us=to_us)
    under_way = sql.under_way.fill(by=_BY_STATE)
    found += await unit.all(under_way, **span, end_us=end_us, now_us=unit.now_us)
    return _together(found)


def _pieces(
    start_us: int, end_us: int, step_us: int, counted: tuple[int, int], changed: set[int]
) -> Iterator[tuple[int, int]]:
    """The pieces of a time of which the rows are to be read."""
    first_us, last_us = counted
    if start_us < first_us:
        yield start_us, min(first_us, end_us)
    if last_us < end_us:
        yield last_us, end_us
    # those quarters in which one interval ends and the next begins
    split = {
        at_us // QUARTER_US * QUARTER_US for at_us in range(start_us, end_us, step_us) if at_us % QUARTER_US
    }
    for quarter_us in sorted(split | changed):
        if first_us <= quarter_us < last_us:
            yield quarter_us, quarter_us + QUARTER_US


def _together(rows: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[int, str, str], dict[str, Any]] = {}
    for row in rows:
        key = (int(row["place"]), row["state_type"], row["state_name"])
        entry = found.setdefault(
            key,
            {
                "place": key[0],
                "state_type": key[1],
                "state_name": key[2],
                "found": 0,
                "run_us": 0,
                "late_us": 0,
            },
        )
        for sum_ in ("found", "run_us", "late_us"):
            entry[sum_] += int(row[sum_])
    return [found[key] for key in sorted(found)]
