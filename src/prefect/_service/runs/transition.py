"""The one transaction in which a run changes its state: read, decide, write.

What is decided is the core's business (:mod:`prefect._core.policy`); here the facts are read that the
decision asks for, and run, state, effects and log entry are written as it says.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._base.state import StateType, StateValue
from prefect._core import decision as decisions
from prefect._core import parents, policy, rows
from prefect._core.decision import (
    Abort,
    Accept,
    CancelRuns,
    Decision,
    Effect,
    Enqueue,
    MirrorToParent,
    Reject,
    StoreCache,
    Wait,
)
from prefect._core.facts import Caller, Facts, Kind, Overlap, Parent, PolicyName, Run
from prefect._core.values import LEASE
from prefect._service.runs import states
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._store.sql import Queries, Statement
from prefect._wire.operation import JsonObject

deliveries: Any = lazy.module("prefect._service.task_workers.deliveries")
slots: Any = lazy.module("prefect._service.concurrency_limits.runs")

sql = Queries(__file__)
Row = Mapping[str, Any]

_TO_MOVE: Mapping[Kind, Statement] = {"flow": sql.flow_run_to_move, "task": sql.task_run_to_move}
_ENTERS: Mapping[Kind, Changing] = {
    "flow": Changing(sql.flow_run_enters),
    "task": Changing(sql.task_run_enters),
}
TOPICS: Mapping[Kind, str] = {"flow": "prefect.flow-run.", "task": "prefect.task-run."}


async def propose(unit: Unit, kind: Kind, id: str, body: JsonObject) -> JsonObject:
    """Propose the state in the body of a `set_state` request; the answer is an ``OrchestrationResult``."""
    proposed = states.proposed(body["state"])
    chosen = policy.policy_for(kind, proposed, force=bool(body.get("force")))
    row = await to_move(unit, kind, id)
    current = states.current(row)
    decided = await move(unit, kind, row, current, proposed, chosen)
    if not is_written(decided):
        unit.status = 200
    return answer(unit, row, current, decided)


async def to_move(unit: Unit, kind: Kind, id: str) -> Row:
    """The row of a run with what a decision looks at."""
    row = await unit.one(_TO_MOVE[kind], id=id)
    if row is None:
        raise NotFound(f"{kind.capitalize()} run with id {id}")
    return row


NOBODY = Caller(None, None)


async def move(
    unit: Unit,
    kind: Kind,
    row: Row,
    current: StateValue | None,
    proposed: StateValue,
    chosen: PolicyName,
    caller: Caller | None = None,
) -> Decision:
    """Decide about `proposed` for the run in `row` and write what was decided; states come back with ids.

    `caller` is who has a say in the run, where that is not who asks.
    """
    run = rows.flow_run(row) if kind == "flow" else rows.task_run(row, current)
    facts = await read_facts(unit, run, current, proposed, chosen)
    if caller is not None:
        facts = facts._replace(caller=caller)
    decided = policy.decide(run, current, proposed, facts, chosen)
    if isinstance(decided, Accept | Reject) and is_written(decided):
        assert decided.state is not None
        state = identified(unit, decided.state)
        decided = replace(decided, state=state)
        await write(unit, kind, row, current, state, columns_of(kind, row, decided.changes))
        if decided.effects:
            await carry_out(unit, run, state, decided.effects)
    return decided


def is_written(decided: Decision) -> bool:
    """Whether the decision makes a new state."""
    return isinstance(decided, Accept) or (isinstance(decided, Reject) and decided.writes)


def columns_of(kind: Kind, row: Row, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a decision changes, as columns of the run's table; the claim on a task run is its owner alone."""
    columns = rows.columns(row, changes)
    if kind == "task":
        columns.pop("attempt", None)
        columns.pop("lease_until_us", None)
    return columns


async def read_facts(
    unit: Unit, run: Run, current: StateValue | None, proposed: StateValue, chosen: PolicyName
) -> Facts:
    """What the decision can depend on, read inside the transaction."""
    caller = Caller(unit.owner, unit.attempt)
    wanted = policy.needs(run.kind, current, proposed, chosen)
    if not wanted:
        return Facts(unit.now_us, caller)
    parent = await _parent(unit, run) if "parent" in wanted else None
    cached = await _cached(unit, proposed) if "cached" in wanted else None
    limits: dict[str, Any] = {}
    if "tag_limits" in wanted and run.tags:
        limits = {
            "tag_limits": await slots.tag_limits(unit, run),
            "tag_wait_s": slots.longest_tag_wait_s(),
        }
    if "deployment" in wanted and run.deployment_id is not None:
        limits = {"deployment": await slots.deployment(unit, run)}
    if "overlap" in wanted and run.deployment_id is not None:
        limits["overlap"] = await _overlap(unit, run)
    if "lease" in wanted and current is not None:
        limits["lease"] = await slots.has_lease(unit, current.details[LEASE])
    return Facts(
        unit.now_us,
        caller,
        **limits,
        parent=parent,
        cached=cached,
        fresh_id=unit.new_id() if "fresh_id" in wanted else "",
        draw=random.random() if "draw" in wanted else 0.5,
    )


async def write(
    unit: Unit,
    kind: Kind,
    row: Row,
    current: StateValue | None,
    state: StateValue,
    changes: Mapping[str, Any],
) -> None:
    """Write the state, the run that enters it, and the entry in the log."""
    params = states.columns(state)
    if kind == "flow" and state.type is StateType.CANCELLED:
        changes = {**changes, "children_due": 1}  # a keeper ends what is inside
    await unit.run(_ENTERS[kind](changes), id=row["id"], now_us=unit.now_us, **params, **changes)
    await keep(unit, kind, row["id"], params)
    await announce(unit, kind, row["id"], current, state, changes.get("run_count", row["run_count"]))


async def keep(unit: Unit, kind: Kind, run_id: str, params: Mapping[str, Any]) -> None:
    """Keep a state, given as the parameters of a statement, in the history of its run."""
    await unit.run(sql.state_insert, run_id=run_id, kind=kind, **params)


async def announce(
    unit: Unit, kind: Kind, run_id: str, before: StateValue | None, state: StateValue, run_count: int
) -> None:
    """Enter the transition into the log, with what later readers cannot find in the history of states."""
    body: JsonObject = {"state_id": state.id, "run_count": run_count}
    if before is not None:
        body["from"] = {"id": before.id, "type": before.type.value, "name": before.name}
    await unit.emit(TOPICS[kind] + state.name, run_id, body)


async def carry_out(unit: Unit, run: Run, state: StateValue, effects: Iterable[Effect]) -> None:
    """Write what a decision asks for besides the run and its state."""
    for effect in effects:
        match effect:
            case MirrorToParent(task_run_id=task_run_id):
                await mirror(unit, run.id, state, task_run_id)
            case StoreCache(key=key, expiration_us=expiration_us):
                await unit.run(sql.task_run_cache_key, id=run.id, key=key, expiration_us=expiration_us)
            case CancelRuns(run_ids=run_ids):
                for id in run_ids:
                    row = await to_move(unit, "flow", id)
                    cancelling = StateValue(StateType.CANCELLING, "Cancelling", "", 0)
                    await move(unit, "flow", row, states.current(row), cancelling, "core")
            case Enqueue(at_us=at_us):
                await deliveries.enqueue(unit, run.id, state.id, at_us, effect.is_retry)
            case _:
                await slots.carry_out(unit, run, effect)


async def mirror(unit: Unit, subflow_run_id: str, state: StateValue, task_run_id: str) -> None:
    """Show the state of a subflow on the task run that stands for it in the parent, if that one is there."""
    row = await unit.one(sql.task_run_to_move, id=task_run_id)
    if row is None:
        return
    copy = parents.mirrored(state, subflow_run_id, task_run_id, row["flow_run_id"])
    # the subflow may be in another process than its parent, whose claim covers this task run
    await move(unit, "task", row, states.current(row), copy, "minimal", NOBODY)


def answer(unit: Unit, row: Row, current: StateValue | None, decided: Decision) -> JsonObject:
    """The decision as the API answers it.

    A caller that names its process also gets the attempt that it acts under from now on.
    """
    state = decided.state if isinstance(decided, Accept | Reject) else current
    result: JsonObject = {
        "state": None if state is None else states.to_json(state),
        "status": decisions.status(decided),
        "details": _details(decided),
    }
    if unit.owner is not None and "attempt" in row:
        changes: Mapping[str, Any] = decided.changes if isinstance(decided, Accept | Reject) else {}
        result["attempt"] = changes.get("attempt", row["attempt"])
    return result


def _details(decided: Decision) -> JsonObject:
    match decided:
        case Accept():
            return {"type": "accept_details"}
        case Reject(reason=reason):
            return {"type": "reject_details", "reason": reason}
        case Wait(delay_s=delay_s, reason=reason):
            return {"type": "wait_details", "delay_seconds": delay_s, "reason": reason}
        case Abort(reason=reason):
            return {"type": "abort_details", "reason": reason}


def identified(unit: Unit, state: StateValue) -> StateValue:
    """The state with an id, a new one if it has none."""
    if state.id:
        return state
    return StateValue(
        state.type, state.name, unit.new_id(), state.at_us, state.message, state.details, state.data
    )


async def _parent(unit: Unit, run: Run) -> Parent | None:
    if run.flow_run_id is None:
        return None
    row = await unit.one(sql.state_of_flow_run, id=run.flow_run_id)
    return None if row is None else Parent(states.current(row), row["run_count"])


async def _overlap(unit: Unit, run: Run) -> Overlap | None:
    """What the run's schedule says of overlapping runs, and which there are."""
    schedule = await unit.one(sql.overlap_of_run, id=run.id)
    if schedule is None:
        return None
    found = await unit.all(sql.open_runs_of_schedule, schedule_id=schedule["id"], id=run.id)
    return Overlap(schedule["overlap"], tuple(row["id"] for row in found))


async def _cached(unit: Unit, proposed: StateValue) -> StateValue | None:
    row = await unit.one(sql.cached_state, key=proposed.details["cache_key"], now_us=unit.now_us)
    return None if row is None else states.current(row)
