"""Claiming due runs: each is handed to one owner, in the transaction in which it becomes Pending.

The owner holds it under the lease of its process from then on. A claim that is given up, or whose process is
gone, puts the run back into its queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import OperationError
from prefect._base.notyet import NotYet
from prefect._base.state import NO_DETAILS, StateType, StateValue
from prefect._core.decision import Accept, Reject
from prefect._core.values import AWAITING_SLOT, make
from prefect._service.claims import due, polled
from prefect._service.claims.statements import sql
from prefect._service.deployments import operations as deployments_
from prefect._service.filtering import conditions as c
from prefect._service.flow_runs.rows import to_json
from prefect._service.flows import operations as flows
from prefect._service.keepers.due import announce
from prefect._service.runs import states, transition
from prefect._service.unit import Unit
from prefect._store.sql import Part
from prefect._wire.operation import JsonObject

# that runs become due is told of their queue or deployment (`flow-run.ready`); that slots of a pool may have
# become free is not told of the pool
ENDED = frozenset(
    f"prefect.flow-run.{name}"
    for name in ("Completed", "Failed", "Cancelled", "Crashed", "TimedOut", "Paused", "Suspended", "deleted")
)

UNDELIVERED = "The process that was to have the run was gone."


async def of_pool(unit: Unit, pool: Mapping[str, Any], body: JsonObject) -> JsonObject | NotYet:
    """Hand due runs of a pool to the owner, by priority and as far as slots are free.

    With `wait_s` and nothing to hand out the answer is a `NotYet`, for whoever can wait.
    """
    limit, before_us = body.get("limit") or 1, _before(unit, body)
    if await unit.one(sql.pool_limits, id=pool["id"]):
        await unit.run(sql.pool_lock, id=pool["id"])
    found = await due.in_pool(
        unit,
        pool,
        sql.due_ids_in_queue,
        limit=limit,
        before_us=before_us,
        queue_names=body.get("work_queue_names"),
    )
    ids = [queue["id"] for queue in found.queues]
    open_ids = [] if pool["is_paused"] else [queue["id"] for queue in found.queues if not queue["is_paused"]]
    await polled.queues(unit, open_ids)
    source = c.one_of("flow_run.work_queue_id", open_ids)
    wakes = {*ids, pool["id"], *(ENDED if found.is_full else ())}
    again = await _unknown(unit, body, source)
    claimed = await _claim(unit, body, [row["id"] for row in found.rows])
    if not claimed and not found.is_full:
        claimed = await _claim_awaiting(unit, body, source, wakes)
    return await _answer(unit, body, [*again, *claimed], found.next_due_us, wakes)


async def deployments(unit: Unit, *, body: JsonObject) -> JsonObject | NotYet:
    """Hand due runs of some deployments to the owner, those that are due first at the head."""
    limit, before_us = body.get("limit") or 1, _before(unit, body)
    ids: list[str] = [str(id) for id in body["deployment_ids"]]
    await polled.deployments(unit, ids)
    asked = await unit.all(sql.deployments_to_serve.fill(where=c.one_of("deployment.id", ids)))
    by_time = sorted((row for row in asked if row["first_due_us"] is not None), key=_first_due)
    later = [row["first_due_us"] for row in by_time if row["first_due_us"] > before_us]
    wanted: list[str] = []
    for row in by_time:
        if row["first_due_us"] > before_us or len(wanted) >= limit:
            break
        found = await unit.all(
            sql.due_ids_of_deployment,
            deployment_id=row["id"],
            before_us=before_us,
            limit=limit - len(wanted),
        )
        wanted += [run["id"] for run in found]
    source = c.one_of("flow_run.deployment_id", ids)
    wakes = set(ids)
    again = await _unknown(unit, body, source)
    claimed = await _claim(unit, body, wanted) or await _claim_awaiting(unit, body, source, wakes)
    return await _answer(unit, body, [*again, *claimed], min(later, default=None), wakes)


async def release(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Put back into their queues what the owner has claimed and not started."""
    owner = _owner(unit, body)
    message = body.get("message") or "The run was given back before it had started."
    released: list[str] = []
    for id in body["flow_run_ids"]:
        row = await unit.one(transition.sql.flow_run_to_move, id=str(id))
        current = None if row is None else states.current(row)
        if row is None or current is None or row["owner"] != owner or current.type is not StateType.PENDING:
            continue
        details = {"scheduled_us": min(current.details.get("scheduled_us", unit.now_us), unit.now_us)}
        back = make(StateType.SCHEDULED, unit.now_us, message=message, details=details)
        acting = unit.acting(owner, row["attempt"])
        if isinstance(await transition.move(acting, "flow", row, current, back, "minimal"), Accept):
            released.append(row["id"])
            place = await unit.one(sql.where_it_waits, id=row["id"])
            assert place is not None
            await announce(unit, **place)
    return {"released": released}


async def _unknown(unit: Unit, body: JsonObject, source: Part) -> list[JsonObject]:
    """The runs that the owner has claimed before without knowing: the answer did not reach it."""
    owner, holds = _owner(unit, body), body.get("holds")
    if holds is None or owner is None:
        return []
    known = {str(id) for id in holds}
    held = await unit.all(sql.pending_of_owner.fill(where=source), owner=owner)
    told: dict[str, Any] = {}
    return [await _told(unit, row["id"], told) for row in held if row["id"] not in known]


async def _claim_awaiting(unit: Unit, body: JsonObject, source: Part, wakes: set[str]) -> list[JsonObject]:
    """The first run that can have the slot of its deployment for which it waits.

    It is handed out at once rather than at the time at which it would have asked again. What the others wait
    for is added to `wakes`.
    """
    waiting = await unit.all(sql.awaiting_slot.fill(where=source))
    wakes.update(row["limit_id"] for row in waiting if row["limit_id"] is not None)
    free = next((row["id"] for row in waiting if row["is_free"]), None)
    return [] if free is None else await _claim(unit, body, [free])


async def _claim(unit: Unit, body: JsonObject, run_ids: Iterable[str]) -> list[JsonObject]:
    """Make each of the runs Pending for the owner; what the rules refuse is left out."""
    acting = unit.acting(_owner(unit, body))
    told: dict[str, Any] = {}
    claimed: list[JsonObject] = []
    for id in run_ids:
        row = await transition.to_move(acting, "flow", id)
        current = states.current(row)
        pending = make(StateType.PENDING, unit.now_us, details=_when(unit, current))
        decided = await transition.move(acting, "flow", row, current, pending, "core")
        if isinstance(decided, Accept | Reject) and decided.state is not None and _is_pending(decided.state):
            claimed.append(await _told(unit, id, told))
    return claimed


def _is_pending(state: StateValue) -> bool:
    return state.type is StateType.PENDING


def _when(unit: Unit, current: StateValue | None) -> Mapping[str, Any]:
    """A run that got the slot it waited for need not wait until the time at which it would have asked."""
    if current is not None and current.name == AWAITING_SLOT:
        return {"scheduled_us": min(current.details.get("scheduled_us", unit.now_us), unit.now_us)}
    return NO_DETAILS


async def _told(unit: Unit, id: str, known: dict[str, Any]) -> JsonObject:
    """The run with all that is needed to start it; flows and deployments are read once for all runs."""
    row = await unit.one(sql.flow_run_whole, id=id)
    assert row is not None
    run = to_json(row, unit.now_us)
    run["work_pool_id"], run["work_pool_name"] = row["work_pool_id"], row["work_pool_name"]
    flow_id, deployment_id = row["flow_id"], row["deployment_id"]
    if flow_id not in known:
        known[flow_id] = await flows.read(unit, id=flow_id)
    if deployment_id is not None and deployment_id not in known:
        known[deployment_id] = await _deployment(unit, deployment_id)
    lease_us = row["lease_until_us"]
    return {
        "flow_run": run,
        "attempt": row["attempt"],
        "lease_until": to_iso(unit.now_us if lease_us is None else lease_us),
        "flow": known[flow_id],
        "deployment": None if deployment_id is None else known[deployment_id],
        "work_pool_id": row["work_pool_id"],
        "work_queue_id": row["work_queue_id"],
    }


async def _deployment(unit: Unit, id: str) -> JsonObject | None:
    try:
        return await deployments_.read(unit, id=id)
    except OperationError:  # it was removed, its runs were not
        return None


async def _answer(
    unit: Unit, body: JsonObject, claimed: list[JsonObject], next_due_us: int | None, wakes: Iterable[str]
) -> JsonObject | NotYet:
    answer: JsonObject = {
        "runs": claimed,
        "next_due": None if next_due_us is None else to_iso(next_due_us),
    }
    if claimed or not body.get("wait_s"):
        return answer
    newest = await unit.one(sql.newest_entry)
    assert newest is not None
    ahead_us = _before(unit, body) - unit.now_us
    look_us = None if next_due_us is None else next_due_us - max(0, ahead_us)
    take_back = partial(_take_back, _owner(unit, body))
    return NotYet(answer, frozenset(wakes), newest["seq"], body["wait_s"], look_us, take_back)


async def _take_back(owner: str | None, unit: Unit, answer: JsonObject) -> None:
    """The owner is gone, and did not get its runs: others may have them at once."""
    ids = [claimed["flow_run"]["id"] for claimed in answer["runs"]]
    await release(unit, body={"flow_run_ids": ids, "owner": owner, "message": UNDELIVERED})


def _before(unit: Unit, body: JsonObject) -> int:
    given = body.get("scheduled_before")
    return unit.now_us if given is None else from_iso(given)


def _owner(unit: Unit, body: JsonObject) -> str | None:
    return body.get("owner") or unit.owner


def _first_due(row: Mapping[str, Any]) -> int:
    return row["first_due_us"]
