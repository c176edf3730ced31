"""Which way a list is read: along its order, or from what its filter finds.

A database guesses how many rows fit a filter, and guesses badly where a few values stand for most rows. So
those that fit are counted first, up to a bound. If they are few they are read and sorted; if they are many,
the index of the order meets enough of them soon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prefect._base.jsontext import dumps
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Part, Queries, Statement
from prefect._wire.operation import JsonObject

sql = Queries(__file__, "ways.sql")

# so few are read by their ids
FEW = 1_000
# so many are sorted
SORTED = 40_000


@dataclass(frozen=True, slots=True)
class Way:
    """How a page is read: its condition, the index by which if that is not left to the database, its order.

    `found` is how many rows the filter finds, where that is known.
    """

    where: Part
    order: Part
    by: Part = c.NOTHING
    found: int | None = None


async def flow_runs(unit: Unit, body: JsonObject, where: Part, order: Part, index: str) -> Way:
    """The way to a page of flow runs in the order that `index` has."""
    given: Mapping[str, Any] = body.get("flow_runs") or {}
    if not (given.get("name") or _doubts_state(unit, given)):
        return Way(where, order)
    return await _way(unit, (sql.flow_runs_found, sql.flow_runs_counted), "flow_run.id", where, order, index)


async def task_runs(unit: Unit, body: JsonObject, where: Part, order: Part, index: str) -> Way:
    """The way to a page of task runs in the order that `index` has."""
    given: Mapping[str, Any] = body.get("task_runs") or {}
    if given.get("id") or given.get("flow_run_id"):  # found at once, and few
        return Way(where, order)
    doubtful = ("name", "tags", "start_time", "end_time", "expected_start_time")
    if not (any(given.get(key) for key in doubtful) or _doubts_state(unit, given)):
        return Way(where, order)
    return await _way(unit, (sql.task_runs_found, sql.task_runs_counted), "task_run.id", where, order, index)


def _doubts_state(unit: Unit, given: Mapping[str, Any]) -> bool:
    """Whether it is unclear how many runs are in the state that is asked for."""
    state: Mapping[str, Any] = given.get("state") or {}
    # the planner of PostgreSQL does not look into the list of types; SQLite always goes by their index
    return bool(state.get("name") or (state.get("type") and unit.dialect.name == "postgres"))


async def _way(
    unit: Unit, ask: tuple[Statement, Statement], id: str, where: Part, order: Part, index: str
) -> Way:
    found, counted = ask
    rows = await unit.all(found.fill(where=where), limit=FEW + 1)
    if len(rows) <= FEW:
        ids = dumps([row["id"] for row in rows])
        among = c.Test(ids, lambda dialect, name: dialect.is_in(id, name))
        return Way(among, order, found=len(rows))
    row = await unit.one(counted.fill(where=where), bound=SORTED + 1)
    assert row is not None
    if row["found"] <= SORTED:
        return Way(where, c.SortedAfter(order), found=row["found"])
    return Way(where, order, by=c.ByIndex(index))
