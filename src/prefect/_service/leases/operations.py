"""Keeping leases alive: a process renews all that it holds at once."""

from __future__ import annotations

from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__)

LEASE_S = 30.0
RENEW_S = 10.0


async def others_hold(unit: Unit) -> bool:
    """Whether any other process holds runs, dead or alive."""
    return await unit.one(sql.held_by_others, owner=unit.owner) is not None


async def others_hold_slots(unit: Unit) -> bool:
    """Whether slots of concurrency limits are held by other processes, or waited for, or held too long."""
    found = await unit.one(sql.slots_are_held_by_others, owner=unit.owner, now_us=unit.now_us)
    return found is not None


async def renew(unit: Unit) -> int:
    """Let the leases of the acting process last `LEASE_S` from now; tells how many there are."""
    if await unit.one(sql.holds_leases, owner=unit.owner) is None:
        return 0
    until_us = unit.now_us + round(LEASE_S * 1e6)
    return await unit.run(sql.leases_renew, owner=unit.owner, until_us=until_us)
