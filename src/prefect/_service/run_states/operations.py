"""Operations on the states that runs went through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.errors import NotFound
from prefect._core.facts import Kind
from prefect._service.runs import states
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)


async def read_flow_run_state(unit: Unit, *, id: str) -> JsonObject:
    return await _read(unit, "flow", id)


async def read_task_run_state(unit: Unit, *, id: str) -> JsonObject:
    return await _read(unit, "task", id)


async def read_for_flow_run(unit: Unit, *, flow_run_id: str) -> list[JsonObject]:
    """The states of a flow run in the order of time."""
    return [_json(row) for row in await unit.all(sql.states_of_run, run_id=flow_run_id, kind="flow")]


async def read_for_task_run(unit: Unit, *, task_run_id: str) -> list[JsonObject]:
    """The states of a task run in the order of time."""
    return [_json(row) for row in await unit.all(sql.states_of_run, run_id=task_run_id, kind="task")]


async def _read(unit: Unit, kind: Kind, id: str) -> JsonObject:
    row = await unit.one(sql.state_by_id, id=id, kind=kind)
    if row is None:
        raise NotFound(f"{kind.capitalize()} run state")
    return _json(row)


def _json(row: Mapping[str, Any]) -> JsonObject:
    if row["kind"] == "flow":
        found = states.row_json(row, row["run_id"])
    else:
        found = states.row_json(row, row["flow_run_id"], row["run_id"])
    assert found is not None
    return found
