"""Moving on the runs whose process is gone: what a keeper of the store does every few seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import owner as owners
from prefect._core import lapse
from prefect._core.lapse import Claim, Lapsed
from prefect._service.flow_runs.statements import sql
from prefect._service.leases import watch
from prefect._service.runs import states, transition
from prefect._service.unit import Unit


async def reap(unit: Unit) -> int:
    """End (or queue again) the runs whose owner's process is dead or has let its lease end; tells how many.

    Leases that ran out while nobody could renew them end only when their owners have had the time for it.
    The task runs inside them go with them. So do those that lost their process outside of flow runs, or in
    flow runs that had ended before.
    """
    holders = await unit.all(sql.claims)
    task_owners = [row["owner"] for row in await unit.all(sql.task_run_owners)]
    alive = {owner: owners.is_alive(owner) for owner in {*task_owners, *(row["owner"] for row in holders)}}
    claims: list[Claim] = []
    for owner in task_owners:
        if alive[owner] is False:
            abandoned = await unit.all(sql.abandoned_task_runs, owner=owner)
            claims.extend(_task_claim(row) for row in abandoned)
    # of processes on other machines only their leases tell
    afar = [holder for holder in holders if alive[holder["owner"]] is None]
    is_settled = await watch.is_settled(unit) if afar else True
    for holder in holders:
        lives = alive[holder["owner"]]
        if lives or (lives is None and (holder["lease_until_us"] >= unit.now_us or not is_settled)):
            continue
        for row in await unit.all(sql.claimed_flow_runs, owner=holder["owner"]):
            claims.append(_flow_claim(row))
            inside = await unit.all(sql.open_task_runs, flow_run_id=row["id"])
            claims.extend(_task_claim(task_run) for task_run in inside)
    lapsed = lapse.lapsed(claims, unit.now_us, alive)
    for found in lapsed:
        await _force(unit, found)
    return len(lapsed)


async def _force(unit: Unit, found: Lapsed) -> None:
    row = await transition.to_move(unit, found.kind, found.id)
    current = states.current(row)
    # the end of a flow run may already have moved the task run that stands for it in its parent
    if current is not None and current.id == found.state_id:
        await transition.move(unit, found.kind, row, current, found.state, "minimal")


def _flow_claim(row: Mapping[str, Any]) -> Claim:
    state = states.current(row)
    assert state is not None
    return Claim(
        "flow",
        row["id"],
        state,
        row["owner"],
        row["attempt"],
        row["lease_until_us"],
        is_queued=row["deployment_id"] is not None,
    )


def _task_claim(row: Mapping[str, Any]) -> Claim:
    state = states.current(row)
    assert state is not None
    is_queued = bool(state.details.get("deferred"))
    return Claim("task", row["id"], state, row["owner"], flow_run_id=row["flow_run_id"], is_queued=is_queued)
