"""The queue of background task runs: rows that servers share, and that survive them.

A run is handed to one worker at a time. What was sent and not received, and what a worker had received that
is gone before the run began, goes back in front of the others. A run that comes back too often crashes, and
so does one whose worker is gone while it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefect._base.state import StateType
from prefect._core.values import AWAITING_RETRY, make
from prefect._service.filtering import conditions as c
from prefect._service.results import operations as results
from prefect._service.runs import states, transition
from prefect._service.task_runs.rows import to_json
from prefect._service.task_runs.statements import sql as task_runs
from prefect._service.task_workers.statements import sql
from prefect._service.unit import Unit
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

TOPIC = "task-run.enqueued"
# how long a worker may take to say that it has received a run, and how long it counts as there without a sign
RECEIPT_US = 30_000_000
LEASE_US = 30_000_000
MOST_DELIVERIES = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """Runs for a worker; without any, when and after which entry of the log to look again."""

    runs: list[JsonObject]
    after: int = 0
    next_due_us: int | None = None


async def enqueue(unit: Unit, task_run_id: str, state_id: str, due_us: int, is_retry: bool) -> None:
    """Let a scheduled run wait for a task worker from `due_us` on."""
    put = await unit.run(
        sql.delivery_put, id=task_run_id, state_id=state_id, due_us=due_us, is_retry=int(is_retry)
    )
    if put:
        await _wake(unit, task_run_id)


async def take(unit: Unit, worker: str, keys: Sequence[str], limit: int) -> Taken:
    """Hand due runs of some tasks to a worker."""
    runs: list[JsonObject] = []
    for row in await _due(unit, keys, limit):
        id = row["task_run_id"]
        until_us = unit.now_us + RECEIPT_US
        if await unit.run(sql.delivery_reserve, id=id, reserved_by=worker, until_us=until_us):
            whole = await unit.one(task_runs.task_run_by_id, id=id)
            assert whole is not None
            runs.append(to_json(whole, unit.now_us))
    if runs:
        return Taken(runs)
    where = c.one_of("task_delivery.task_key", list(keys))
    newest = await unit.one(sql.newest_entry)
    following = await unit.one(sql.deliveries_next.fill(where=where), now_us=unit.now_us)
    assert newest is not None
    assert following is not None
    return Taken([], newest["seq"], following["due_us"])


async def take_whole(unit: Unit, worker: str, keys: Sequence[str], limit: int) -> Taken:
    """Like `take`; the runs have their parameters with them as ``kept_parameters``, where those are kept."""
    taken = await take(unit, worker, keys, limit)
    for run in taken.runs:
        id = run["state"]["state_details"].get("task_parameters_id")
        kept = None if id is None else await results.kept(unit, f"parameters/{id}")
        if kept is not None:
            run["kept_parameters"] = kept
    return taken


async def _due(unit: Unit, keys: Sequence[str], limit: int) -> list[Row]:
    """Due runs of some tasks; what is found not to be scheduled any more leaves the queue."""
    found: list[Row] = []
    for key in keys:
        rows = await unit.all(sql.deliveries_due, task_key=key, now_us=unit.now_us, limit=limit)
        while stale := [row["task_run_id"] for row in rows if row["state_type"] != "SCHEDULED"]:
            for id in stale:
                await unit.run(sql.delivery_delete, id=id)
            rows = await unit.all(sql.deliveries_due, task_key=key, now_us=unit.now_us, limit=limit)
        found += rows
    found.sort(key=lambda row: (-row["is_retry"], row["due_us"], row["task_run_id"]))
    return found[:limit]


async def received(unit: Unit, worker: str, task_run_id: str) -> bool:
    """The worker has the run now; False if that was said too late, and the run is somebody else's."""
    until_us = unit.now_us + LEASE_US
    done = await unit.run(
        sql.delivery_acked, id=task_run_id, reserved_by=worker, now_us=unit.now_us, until_us=until_us
    )
    return bool(done)


async def renew(unit: Unit, worker: str) -> None:
    """The worker is there: what it has received stays its own."""
    await unit.run(sql.deliveries_renew, reserved_by=worker, until_us=unit.now_us + LEASE_US)


async def put_back(unit: Unit, worker: str, task_run_ids: Sequence[str]) -> None:
    """Hand out again what was sent to a worker and not received."""
    where = c.one_of("task_run_id", list(task_run_ids))
    for row in await unit.all(sql.deliveries_unacked.fill(where=where), reserved_by=worker):
        await _return(unit, row)


async def give_back(unit: Unit, worker: str) -> None:
    """Hand out again what a worker has and has not begun."""
    for row in await unit.all(sql.deliveries_waiting, reserved_by=worker):
        await _return(unit, row)


async def put_back_overdue(unit: Unit, most: int) -> float | None:
    """Hand out again what no worker holds any more; the seconds until the next one may be overdue."""
    await unit.run(sql.deliveries_done)
    rows = await unit.all(sql.deliveries_overdue, now_us=unit.now_us, limit=most)
    for row in rows:
        await _return(unit, row)
    following = await unit.one(sql.deliveries_next_end)
    if following is None or following["until_us"] is None:
        return None
    return max(0.0, (following["until_us"] - unit.now_us) / 1e6)


async def _return(unit: Unit, row: Mapping[str, Any]) -> None:
    id = row["task_run_id"]
    run = await unit.one(transition.sql.task_run_to_move, id=id)
    current = None if run is None else states.current(run)
    if run is None or current is None or current.is_final:
        await unit.run(sql.delivery_delete, id=id)
        return
    if current.type not in _WAITING or (run["run_count"] and current.name == AWAITING_RETRY):
        await unit.run(sql.delivery_delete, id=id)
        gone = make(StateType.CRASHED, unit.now_us, message="The task worker that ran it is gone.")
        await transition.move(unit.acting(None), "task", run, current, gone, "minimal")
        return
    if row["deliveries"] >= MOST_DELIVERIES:
        reason = f"The run was handed to task workers {row['deliveries']} times, and none of them began it."
        await unit.run(sql.delivery_dead, id=id, now_us=unit.now_us, reason=reason)
        crashed = make(StateType.CRASHED, unit.now_us, message=reason)
        await transition.move(unit.acting(None), "task", run, current, crashed, "minimal")
        return
    if current.type is StateType.PENDING:
        kept = {key: current.details[key] for key in _KEPT if key in current.details}
        again = make(
            StateType.SCHEDULED,
            unit.now_us,
            message="The run is scheduled again because its task worker was gone before it had begun.",
            details={**kept, "scheduled_us": unit.now_us},
        )
        await transition.move(unit.acting(None), "task", run, current, again, "minimal")
    await unit.run(sql.delivery_return, id=id)
    await _wake(unit, id)


async def _wake(unit: Unit, task_run_id: str) -> None:
    row = await unit.one(sql.delivery_key, id=task_run_id)
    if row is not None:
        await unit.emit(TOPIC, row["task_key"], {"task_run_id": task_run_id})


_WAITING = (StateType.SCHEDULED, StateType.PENDING)
_KEPT = ("deferred", "task_parameters_id")
