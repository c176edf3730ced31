"""Creating a flow run: idempotent by the id that the client made and by its idempotency key."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._base.errors import Conflict, Invalid, StoreConstraint
from prefect._base.jsontext import dumps
from prefect._base.state import StateType, StateValue
from prefect._base.words import two_words
from prefect._core import policy, rows
from prefect._core.decision import Accept, Reject
from prefect._core.facts import ANONYMOUS, Caller, Facts, Run
from prefect._service.flow_runs.statements import sql
from prefect._service.runs import states, transition
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

due: Any = lazy.module("prefect._service.keepers.due")
queues: Any = lazy.module("prefect._service.work_queues.creating")

MAX_PARAMETERS_BYTES = 524_288
_PENDING = StateValue(StateType.PENDING, "Pending")
# what a run has before its first state
_BLANK: JsonObject = {
    "run_count": 0,
    "expected_start_us": None,
    "next_scheduled_us": None,
    "start_us": None,
    "end_us": None,
    "owner": None,
    "attempt": 0,
    "lease_until_us": None,
}


async def insert(unit: Unit, body: JsonObject) -> tuple[JsonObject, bool]:
    """The row of the run that `body` asks for, and whether it is new.

    A client that made the id itself is about to execute the run, which is its own from the beginning.
    """
    params = _columns(body)
    pooled = bool(body.get("work_pool_name"))  # a worker is going to execute it
    if params["idempotency_key"] is not None:
        existing = await _existing(unit, params)
        if existing is not None:
            return existing, False
    queue = await queues.named(unit, body["work_pool_name"], body.get("work_queue_name")) if pooled else None
    params["work_queue_id"] = None if queue is None else queue["id"]
    caller = Caller(unit.owner) if params["id"] and not pooled else ANONYMOUS
    id = params["id"] = params["id"] or unit.new_id()
    run = Run(
        "flow", id, parent_task_run_id=params["parent_task_run_id"], deployment_id=params["deployment_id"]
    )
    proposed = states.proposed(body["state"]) if body.get("state") else _PENDING
    decided = policy.decide(run, None, proposed, Facts(unit.now_us, caller), "minimal")
    if not isinstance(decided, Accept | Reject) or decided.state is None:
        raise Invalid(f"A flow run cannot begin as {proposed.name!r}: {decided.reason}")
    state = transition.identified(unit, decided.state)
    changes = rows.columns(params, decided.changes)
    written: JsonObject = {**params, **_BLANK, **states.columns(state), **changes, "now_us": unit.now_us}
    try:
        is_new = await unit.run(sql.flow_run_insert, **written) == 1
    except StoreConstraint as error:
        raise Conflict(f"The flow run names a flow that does not exist: {body.get('flow_id')}.") from error
    if not is_new:
        existing = await _existing(unit, params)
        if existing is None:
            raise Conflict(f"A flow run with id {id} cannot be created.")
        return existing, False
    await transition.keep(unit, "flow", id, states.columns(state))
    await transition.announce(unit, "flow", id, None, state, written["run_count"])
    if decided.effects:
        await transition.carry_out(unit, run, state, decided.effects)
    if state.type is StateType.SCHEDULED and (written["next_scheduled_us"] or 0) <= unit.now_us:
        queue_id, deployment_id = written["work_queue_id"], written["deployment_id"]
        await due.announce(unit, work_queue_id=queue_id, deployment_id=deployment_id)
    return _row(written), True


async def _existing(unit: Unit, params: JsonObject) -> JsonObject | None:
    if params["idempotency_key"] is not None:
        key, flow_id = params["idempotency_key"], params["flow_id"]
        row = await unit.one(sql.flow_run_by_key, flow_id=flow_id, idempotency_key=key)
        if row is not None:
            return row
    return await unit.one(sql.flow_run_by_id, id=params["id"]) if params["id"] else None


def _columns(body: JsonObject) -> dict[str, Any]:
    parameters = dumps(body.get("parameters") or {})
    if len(parameters) > MAX_PARAMETERS_BYTES:
        raise Invalid(
            f"The parameters of a flow run may take {MAX_PARAMETERS_BYTES} bytes as JSON, these take"
            f" {len(parameters)}. Store large values and pass a reference to them."
        )
    job_variables = body.get("job_variables")
    flow_id, deployment_id = body["flow_id"], body.get("deployment_id")
    given: JsonObject = body.get("labels") or {}
    labels = {"prefect.flow.id": flow_id, **given}
    if deployment_id is not None:
        labels.setdefault("prefect.deployment.id", deployment_id)
    return {
        "id": body.get("id"),
        "name": body.get("name") or two_words(),
        "flow_id": flow_id,
        "flow_version": body.get("flow_version"),
        "deployment_id": deployment_id,
        "work_queue_name": body.get("work_queue_name"),
        "parameters": parameters,
        "context": dumps(body.get("context") or {}),
        "empirical_policy": dumps(body.get("empirical_policy") or {}),
        "tags": dumps(body.get("tags") or []),
        "labels": dumps(labels),
        "idempotency_key": body.get("idempotency_key"),
        "job_variables": dumps(job_variables) if job_variables else None,
        "parent_task_run_id": body.get("parent_task_run_id"),
    }


def _row(written: JsonObject) -> JsonObject:
    """The row as it was inserted, with the columns that are at their defaults."""
    written["created_us"] = written["updated_us"] = written["now_us"]
    written["total_run_us"] = 0
    for column in (
        "deployment_version",
        "infrastructure_pid",
        "created_by",
        "auto_scheduled",
    ):
        written[column] = None
    return written
