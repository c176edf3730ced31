"""Removing or changing what a filter finds, a bounded number of objects in one transaction."""

from __future__ import annotations

from prefect._base.errors import Invalid
from prefect._service.filtering import tables
from prefect._service.flow_runs import operations as flow_runs
from prefect._service.flows import operations as flows
from prefect._service.runs import transition
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)
MOST = 50


async def delete_flows(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    """Remove the flows that a filter finds, with their runs."""
    where = tables.where("flows", tables.FLOWS, _without_limit(body))
    found = await unit.all(sql.flows.fill(where=where), limit=_limit(body))
    for row in found:
        await flows.delete(unit, id=row["id"])
    return {"deleted": [row["id"] for row in found]}


async def delete_flow_runs(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    """Remove the flow runs that a filter finds, with all that is theirs."""
    found = await _flow_runs(unit, body)
    for id in found:
        await flow_runs.delete(unit, id=id)
    return {"deleted": found}


async def set_flow_run_states(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Propose a state for the flow runs that a filter finds; the answer tells of each what was decided."""
    proposal = {"state": body["state"], "force": bool(body.get("force"))}
    results: list[JsonObject] = []
    for id in await _flow_runs(unit, body):
        told = await transition.propose(unit, "flow", id, proposal)
        results.append({"flow_run_id": id, **told})
    unit.status = None
    return {"results": results}


async def _flow_runs(unit: Unit, body: JsonObject | None) -> list[str]:
    where = tables.where("flow_runs", tables.FLOW_RUNS, _without_limit(body))
    return [row["id"] for row in await unit.all(sql.flow_runs.fill(where=where), limit=_limit(body))]


def _without_limit(body: JsonObject | None) -> JsonObject:
    return {key: value for key, value in (body or {}).items() if key in ("flows", "flow_runs")}


def _limit(body: JsonObject | None) -> int:
    limit: int = (body or {}).get("limit", MOST)
    if not 1 <= limit <= MOST:
        raise Invalid(f"`limit` has to be from 1 to {MOST}.")
    return limit
