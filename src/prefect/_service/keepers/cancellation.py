"""Finishing cancellations: children of cancelled runs end, and runs that take too long to end are ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.state import StateType
from prefect._core.decision import Accept, Reject
from prefect._core.facts import Kind, PolicyName
from prefect._core.values import make
from prefect._service.keepers.keeper import Keeper, Settings
from prefect._service.runs import states, transition
from prefect._service.unit import Unit
from prefect._service.workers import cleanup
from prefect._store.sql import Queries

sql = Queries(__file__, "cancellation.sql")
PREFIX = "server.services.cancellation_cleanup"
PARENTS, TASK_RUNS, CANCELLING = 50, 500, 200
# a process that ends records the ends of its tasks for so long after that of the flow run
GRACE_US = 5_000_000

TIMED_OUT = "The cancellation took too long, so the flow run was marked as cancelled."
PARENT_CANCELLED = "The flow run around it was cancelled."


async def round(unit: Unit, settings: Settings) -> float | None:
    """A batch of both; the next round is due when the next of them is."""
    waits = [await _children(unit), await _overdue(unit, settings)]
    return min((wait_s for wait_s in waits if wait_s is not None), default=None)


async def _children(unit: Unit) -> float | None:
    """Cancel subflows and task runs of cancelled flow runs; the seconds until there is more to do.

    Subflows that run elsewhere are told at once to stop. What is in the process of the flow run gets some
    time to end by itself.
    """
    parents = await unit.all(sql.cancelled_parents, limit=PARENTS)
    wait_s: float | None = None
    for parent in parents:
        is_over = parent["state_at_us"] + GRACE_US <= unit.now_us
        for subflow in await unit.all(sql.open_subflows, id=parent["id"]):
            if subflow["deployment_id"] is not None:
                await _move(unit, "flow", subflow["id"], StateType.CANCELLING, PARENT_CANCELLED, "core")
            elif is_over:
                await _move(unit, "flow", subflow["id"], StateType.CANCELLED, PARENT_CANCELLED, "minimal")
        if not is_over:
            left_s = (parent["state_at_us"] + GRACE_US - unit.now_us) / 1e6
            wait_s = left_s if wait_s is None else min(wait_s, left_s)
            continue
        tasks = await unit.all(sql.open_task_runs, id=parent["id"], limit=TASK_RUNS)
        for task in tasks:
            await _move(unit, "task", task["id"], StateType.CANCELLED, PARENT_CANCELLED, "minimal")
        if len(tasks) < TASK_RUNS:
            await unit.run(sql.children_done, id=parent["id"])
        else:
            wait_s = 0.0
    return 0.0 if len(parents) == PARENTS and wait_s is None else wait_s


async def _overdue(unit: Unit, settings: Settings) -> float | None:
    """Cancel what should have ended by now, and have its infrastructure torn down."""
    patience_us = _us(settings[f"{PREFIX}.cancelling_timeout_seconds"])
    rows = await unit.all(sql.cancelling, limit=CANCELLING)
    for row in rows:
        due_us = row["state_at_us"] + patience_us
        if due_us > unit.now_us:
            return (due_us - unit.now_us) / 1e6
        state_id = await _move(unit, "flow", row["id"], StateType.CANCELLED, TIMED_OUT, "core")
        if state_id is not None:
            await _tear_down(unit, row, state_id)
    return 0.0 if len(rows) == CANCELLING else None


async def _tear_down(unit: Unit, row: Mapping[str, Any], state_id: str) -> None:
    pool_type: str | None = row["work_pool_type"]
    if pool_type is None or pool_type.endswith((":push", ":managed")):
        return
    await cleanup.enqueue(
        unit,
        row["work_pool_id"],
        kind=cleanup.CANCELLING_TIMEOUT,
        target={"flow_run_id": row["id"], "infrastructure_pid": row["infrastructure_pid"]},
        about=state_id,
        work_queue_id=row["work_queue_id"],
    )


async def _move(
    unit: Unit, kind: Kind, id: str, type_: StateType, message: str, chosen: PolicyName
) -> str | None:
    """The id of the new state; None if the run keeps the one it has."""
    row = await transition.to_move(unit, kind, id)
    proposed = make(type_, unit.now_us, message=message)
    acting = unit.acting(None)  # what is decided here does not depend on which process keeps
    decided = await transition.move(acting, kind, row, states.current(row), proposed, chosen)
    if not isinstance(decided, Accept | Reject) or not transition.is_written(decided):
        return None
    return None if decided.state is None else decided.state.id


def _us(seconds: float) -> int:
    return int(seconds * 1_000_000)


KEEPER = Keeper(
    "cancellation",
    round,
    period_s=lambda settings: settings[f"{PREFIX}.loop_seconds"],
    is_enabled=lambda settings: settings[f"{PREFIX}.enabled"],
    runs_embedded=True,
    wakes_on=frozenset({"prefect.flow-run.Cancelled", "prefect.flow-run.Cancelling"}),
)
