"""Slots of runs: what decisions about runs depend on, and carrying out what they decide about slots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect._base import lazy
from prefect._base.jsontext import dumps, loads
from prefect._core.decision import Effect, PinLease, ReleaseHeld, ReleaseLease, RenewLease, TakeSlots
from prefect._core.facts import Deployment, Run, TagLimit
from prefect._core.limits import Limit
from prefect._service.concurrency_limits import rows, slots
from prefect._service.concurrency_limits.rows import TAG
from prefect._service.concurrency_limits.statements import sql
from prefect._service.unit import Unit
from prefect._store.sql import Queries

settings: Any = lazy.module("prefect.settings")
of_runs = Queries(__file__, "runs.sql")


async def deployment(unit: Unit, run: Run) -> Deployment | None:
    """The limit of the run's deployment; None if that does not exist."""
    row = await unit.one(of_runs.limit_of_deployment, id=run.deployment_id)
    if row is None:
        return None
    values = settings.active()
    options: dict[str, Any] = loads(row["concurrency_options"]) if row["concurrency_options"] else {}
    lease_s = options.get("grace_period_seconds")
    terms: dict[str, Any] = {
        "strategy": options.get("collision_strategy") or "ENQUEUE",
        "lease_s": lease_s or values["server.concurrency.initial_deployment_lease_duration"],
        "wait_s": values["server.deployments.concurrency_slot_wait_seconds"],
    }
    found = [] if row["limit_id"] is None else await _standing(unit, [row["limit_id"]])
    if not found:
        return Deployment(**terms)
    return Deployment(found[0].limit, found[0].id, found[0].active_slots, **terms)


async def has_lease(unit: Unit, lease_id: str) -> bool:
    """Whether a lease is there and has not come to its end."""
    lease = await unit.one(sql.lease_by_id, id=lease_id)
    return lease is not None and (lease["expires_us"] is None or lease["expires_us"] > unit.now_us)


async def tag_limits(unit: Unit, run: Run) -> tuple[TagLimit, ...]:
    """The limits of the run's tags."""
    if not run.tags:
        return ()
    named = await unit.all(sql.limits_by_name, names=dumps([TAG + tag for tag in run.tags]))
    if not named:
        return ()
    held = {row["limit_id"] for row in await unit.all(sql.held_by, holder_id=run.id, holder_type="task_run")}
    return tuple(
        TagLimit(
            limit.name.removeprefix(TAG),
            limit.id,
            limit.limit,
            limit.active_slots,
            limit.occupancy_s,
            limit.id in held,
        )
        for limit in await _standing(unit, [row["id"] for row in named])
    )


def longest_tag_wait_s() -> float:
    return settings.active()["server.tasks.tag_concurrency_slot_wait_seconds"]


async def carry_out(unit: Unit, run: Run, effect: Effect) -> None:
    """Take, keep or give back slots."""
    match effect:
        case TakeSlots(lease_id=lease_id, limit_ids=ids, expires_us=expires_us):
            found = await unit.all(sql.limits_by_id, ids=dumps(list(ids)))
            await slots.grant(unit, [rows.limit(row, unit.now_us) for row in found], 1)
            holder = {"type": f"{run.kind}_run", "id": run.id}
            await slots.lease(unit, found, 1, expires_us=expires_us, holder=holder, id=lease_id)
        case RenewLease(lease_id=lease_id, expires_us=expires_us):
            await unit.run(sql.lease_renew, id=lease_id, until_us=expires_us, now_us=unit.now_us)
        case PinLease(lease_id=lease_id):
            await unit.run(sql.lease_pin, id=lease_id)
        case ReleaseLease(lease_id=lease_id):
            lease = await unit.one(sql.lease_by_id, id=lease_id)
            if lease is not None:
                await slots.release(unit, lease)
        case ReleaseHeld():
            for lease in await unit.all(sql.leases_of_holder, holder_id=run.id, holder_type="task_run"):
                await slots.release(unit, lease)
        case _:
            raise TypeError(f"{effect!r} is not about slots.")


async def _standing(unit: Unit, ids: Sequence[str]) -> list[Limit]:
    """The active ones of these limits; of a full one what expired or died is freed first."""
    found = await _read(unit, ids)
    full = [limit.id for limit in found if limit.active_slots >= limit.limit]
    if full and await slots.reclaim(unit, full):
        found = await _read(unit, ids)
    return found


async def _read(unit: Unit, ids: Sequence[str]) -> list[Limit]:
    read = await unit.all(sql.limits_by_id, ids=dumps(list(ids)))
    return [rows.limit(row, unit.now_us) for row in read if row["active"]]
