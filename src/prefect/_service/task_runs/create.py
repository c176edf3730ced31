"""Creating a task run: idempotent by the id that the client made and by its keys."""

from __future__ import annotations

from typing import Any

from prefect._base.clock import from_iso
from prefect._base.errors import Conflict, Invalid
from prefect._base.jsontext import dumps, loads
from prefect._base.state import StateType, StateValue
from prefect._base.words import two_words
from prefect._core import policy, rows
from prefect._core.decision import Accept, Reject
from prefect._core.facts import ANONYMOUS
from prefect._service.runs import states, transition
from prefect._service.task_runs.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

MAX_CACHE_KEY_LENGTH = 2000
_PENDING = StateValue(StateType.PENDING, "Pending")
# what a run has before its first state
_BLANK: JsonObject = {
    "run_count": 0,
    "flow_run_run_count": 0,
    "expected_start_us": None,
    "next_scheduled_us": None,
    "start_us": None,
    "end_us": None,
    "total_run_us": 0,
    "owner": None,
}


async def insert(unit: Unit, body: JsonObject) -> tuple[JsonObject, bool]:
    """The row of the run that `body` asks for, and whether it is new."""
    params = _columns(body)
    existing = await _existing(unit, params)
    if existing is not None:
        return existing, False
    await _within(unit, params)
    id = params["id"] = params["id"] or unit.new_id()
    proposed = states.proposed(body["state"]) if body.get("state") else _PENDING
    blank = {**params, **_BLANK}
    run = rows.task_run(blank, proposed)
    chosen = policy.policy_for("task", proposed, force=True)
    facts = await transition.read_facts(unit, run, None, proposed, chosen)
    facts = facts._replace(caller=ANONYMOUS)  # a run is created for whoever will claim it
    decided = policy.decide(run, None, proposed, facts, chosen)
    if not isinstance(decided, Accept | Reject) or decided.state is None:
        raise Invalid(f"A task run cannot begin as {proposed.name!r}: {decided.reason}")
    state = transition.identified(unit, decided.state)
    changes = transition.columns_of("task", blank, decided.changes)
    written: JsonObject = {**blank, **states.columns(state), **changes, "now_us": unit.now_us}
    if not await unit.run(sql.task_run_insert, **written):
        raise Conflict(f"A task run with id {id} exists already, with other keys.")
    await transition.keep(unit, "task", id, states.columns(state))
    await transition.announce(unit, "task", id, None, state, written["run_count"])
    if decided.effects:
        await transition.carry_out(unit, run, state, decided.effects)
    return {**written, "created_us": unit.now_us, "updated_us": unit.now_us}, True


async def _within(unit: Unit, params: JsonObject) -> None:
    """Label the run with the flow run that it belongs to. Raises `Conflict` if there is none such."""
    if (flow_run_id := params["flow_run_id"]) is None:
        return
    flow_run = await unit.one(sql.flow_of_run, id=flow_run_id)
    if flow_run is None:
        raise Conflict(f"The task run names a flow run that does not exist: {flow_run_id}.")
    whence = {"prefect.flow.id": flow_run["flow_id"], "prefect.flow-run.id": flow_run_id}
    params["labels"] = dumps({**whence, **loads(params["labels"])})


async def _existing(unit: Unit, params: JsonObject) -> JsonObject | None:
    keys = {"task_key": params["task_key"], "dynamic_key": params["dynamic_key"]}
    if params["flow_run_id"] is not None:
        return await unit.one(sql.task_run_by_key, flow_run_id=params["flow_run_id"], **keys)
    if params["id"] is not None:
        same = await unit.one(sql.task_run_by_id, id=params["id"])
        if same is not None:
            return same
    return await unit.one(sql.lone_task_run_by_key, **keys)


def _columns(body: JsonObject) -> dict[str, Any]:
    cache_key, expiration = body.get("cache_key"), body.get("cache_expiration")
    if cache_key is not None and len(cache_key) > MAX_CACHE_KEY_LENGTH:
        raise Invalid(
            f"A cache key has at most {MAX_CACHE_KEY_LENGTH} characters, this one {len(cache_key)}."
        )
    return {
        "id": body.get("id"),
        "name": body.get("name") or two_words(),
        "flow_run_id": body.get("flow_run_id"),
        "task_key": body["task_key"],
        "dynamic_key": body["dynamic_key"],
        "task_version": body.get("task_version"),
        "cache_key": cache_key,
        "cache_expiration_us": None if expiration is None else from_iso(expiration),
        "empirical_policy": dumps(body.get("empirical_policy") or {}),
        "task_inputs": dumps(body.get("task_inputs") or {}),
        "tags": dumps(body.get("tags") or []),
        "labels": dumps(body.get("labels") or {}),
    }
