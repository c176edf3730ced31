"""Operations on task runs.

Most task runs are orchestrated by the process of their flow and are recorded in batches by the store itself;
these operations serve background tasks, subflows and other clients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._base.words import two_words
from prefect._service import paging
from prefect._service.runs import orders, transition
from prefect._service.task_runs import create as creation
from prefect._service.task_runs.rows import to_json
from prefect._service.task_runs.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

if TYPE_CHECKING:
    from prefect._service.filtering import tables, ways
else:  # a run asks for no lists
    tables = lazy.module("prefect._service.filtering.tables")
    ways = lazy.module("prefect._service.filtering.ways")

results: Any = lazy.module("prefect._service.results.operations")


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a task run, or answer the one of that flow run, task key and dynamic key."""
    row, is_new = await creation.insert(unit, body)
    if not is_new:
        unit.status = 200
    return to_json(row, unit.now_us)


async def defer(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a run that waits for a task worker, with the parameters that go with it."""
    answer = await create(unit, body=body["task_run"])
    if body.get("parameters") is not None:
        await results.keep(unit, body=body["parameters"])
    return answer


async def read(unit: Unit, *, id: str) -> JsonObject:
    row = await unit.one(sql.task_run_by_id, id=id)
    if row is None:
        raise NotFound("Task run")
    return to_json(row, unit.now_us)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Give the run another name."""
    name = body.get("name") or two_words()
    if not await unit.run(sql.task_run_rename, id=id, now_us=unit.now_us, name=name):
        raise NotFound(f"Task run with id {id}")


async def delete(unit: Unit, *, id: str) -> None:
    """Remove the run with its history and what it logged."""
    await unit.run(sql.states_delete, id=id)
    await unit.run(sql.logs_delete, id=id)
    await results.forget_task_run(unit, id)
    if not await unit.run(sql.task_run_delete, id=id):
        raise NotFound(f"Task run with id {id}")
    await unit.emit("prefect.task-run.deleted", id, None)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The task runs that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    sort: str = body.get("sort") or "ID_DESC"
    order = tables.order(orders.TASK_RUNS, sort, sort)
    where = tables.where("task_runs", tables.TASK_RUNS, body)
    way = await ways.task_runs(unit, body, where, order, orders.TASK_RUN_INDEXES[sort])
    statement = sql.task_run_filter.fill(where=way.where, by=way.by, order=way.order)
    found = await unit.all(statement, limit=limit, offset=offset)
    return [to_json(row, unit.now_us) for row in found]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many task runs a filter finds."""
    where = tables.where("task_runs", tables.TASK_RUNS, body or {})
    row = await unit.one(sql.task_run_count.fill(where=where))
    assert row is not None
    return row["found"]


async def set_state(unit: Unit, *, id: str, body: JsonObject) -> JsonObject:
    """Propose a state; the answer says what was decided and which state stands now."""
    return await transition.propose(unit, "task", id, body)
