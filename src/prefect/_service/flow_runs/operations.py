"""Operations on flow runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.errors import Invalid, NotFound
from prefect._base.jsontext import dumps, loads
from prefect._service import paging
from prefect._service.flow_runs import create as creation
from prefect._service.flow_runs.rows import to_json
from prefect._service.flow_runs.statements import sql
from prefect._service.runs import orders, transition
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

resuming: Any = lazy.module("prefect._service.flow_runs.resume")
slots: Any = lazy.module("prefect._service.concurrency_limits.slots")
artifacts: Any = lazy.module("prefect._service.artifacts.operations")
results: Any = lazy.module("prefect._service.results.operations")

if TYPE_CHECKING:
    from prefect._service.filtering import tables, ways
else:  # a run asks for no lists
    tables = lazy.module("prefect._service.filtering.tables")
    ways = lazy.module("prefect._service.filtering.ways")

_JSON_COLUMNS = frozenset({"parameters", "tags", "empirical_policy", "job_variables"})
_set = Changing(sql.flow_run_set)
_UPDATABLE = ("name", "flow_version", "infrastructure_pid", *sorted(_JSON_COLUMNS))


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a flow run, or answer the one that was created under the same id or idempotency key."""
    row, is_new = await creation.insert(unit, body)
    if not is_new:
        unit.status = 200
    found = to_json(row, unit.now_us)
    if unit.owner is not None:
        found["attempt"] = row["attempt"]
    return found


async def read(unit: Unit, *, id: str) -> JsonObject:
    return to_json(await _row(unit, id), unit.now_us)


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Change what `body` gives; infrastructure can be configured only while a deployed run is scheduled."""
    changes: dict[str, Any] = {
        column: dumps(body[column]) if column in _JSON_COLUMNS else body[column]
        for column in _UPDATABLE
        if column in body
    }
    if body.get("job_variables") is not None:
        await _check_configurable(unit, id)
    for required in ("name", "parameters", "tags", "empirical_policy"):
        if required in body and body[required] is None:
            del changes[required]
    statement = _set(changes)
    if not await unit.run(statement, id=id, now_us=unit.now_us, **changes):
        raise NotFound(f"Flow run with id {id}")
    await unit.emit("prefect.flow-run.updated", id, {"fields": sorted(changes)})


async def update_labels(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Add labels to those that the run has; a label that is there already gets the new value."""
    row = await unit.one(sql.flow_run_labels, id=id)
    if row is None:
        raise NotFound(f"Flow run with id {id}")
    labels = dumps({**loads(row["labels"]), **body})
    await unit.run(_set(["labels"]), id=id, now_us=unit.now_us, labels=labels)


async def delete(unit: Unit, *, id: str) -> None:
    """Remove the run with its task runs, their histories, what they logged and made, and their slots."""
    for lease in await unit.all(sql.leases_held, id=id):
        await slots.release(unit, lease)
    for artifact in await unit.all(sql.artifacts_made, id=id):
        await artifacts.delete(unit, id=artifact["id"])
    await unit.run(sql.states_of_task_runs_delete, id=id)
    await unit.run(sql.states_delete, id=id)
    await unit.run(sql.task_runs_delete, id=id)
    await unit.run(sql.logs_delete, id=id)
    await results.forget_flow_run(unit, id)
    if not await unit.run(sql.flow_run_delete, id=id):
        raise NotFound(f"Flow run with id {id}")
    await unit.emit("prefect.flow-run.deleted", id, None)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The flow runs that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    sort: str = body.get("sort") or "ID_DESC"
    order = tables.order(orders.FLOW_RUNS, sort, sort)
    where = tables.where("flow_runs", tables.FLOW_RUNS, body)
    way = await ways.flow_runs(unit, body, where, order, orders.FLOW_RUN_INDEXES[sort])
    statement = sql.flow_run_filter.fill(where=way.where, by=way.by, order=way.order)
    found = await unit.all(statement, limit=limit, offset=offset)
    return [to_json(row, unit.now_us) for row in found]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many flow runs a filter finds."""
    where = tables.where("flow_runs", tables.FLOW_RUNS, body or {})
    row = await unit.one(sql.flow_run_count.fill(where=where))
    assert row is not None
    return row["found"]


async def set_state(unit: Unit, *, id: str, body: JsonObject) -> JsonObject:
    """Propose a state; the answer says what was decided and which state stands now."""
    return await transition.propose(unit, "flow", id, body)


async def resume(unit: Unit, *, id: str, body: JsonObject | None = None) -> JsonObject:
    """Let a paused run go on; see :func:`prefect._service.flow_runs.resume.resume`."""
    return await resuming.resume(unit, id=id, body=body)


async def _row(unit: Unit, id: str) -> JsonObject:
    row = await unit.one(sql.flow_run_by_id, id=id)
    if row is None:
        raise NotFound(f"Flow run with id {id}")
    return row


async def _check_configurable(unit: Unit, id: str) -> None:
    row = await _row(unit, id)
    if row["state_type"] != "SCHEDULED":
        raise Invalid(
            f"Job variables can be changed while the run is scheduled; it is {row['state_name']}.", status=400
        )
    if row["deployment_id"] is None:
        raise Invalid("Job variables can be changed only for runs of a deployment.", status=400)
