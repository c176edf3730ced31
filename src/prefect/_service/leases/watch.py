"""Since when lapsed leases are looked for without a break.

Where no server answers, nobody can renew a lease. So whoever begins to look for lapsed ones, after a start or
after a time in which the database was away, gives their owners the time of one lease first. So does a clock
that was set forward or back: by it, all leases have lapsed, or none does for a long time.
"""

from __future__ import annotations

from prefect._service.leases.operations import LEASE_S, RENEW_S, sql
from prefect._service.unit import Unit

# a shorter break lets no lease run out that was renewed in time
_BREAK_US = round((LEASE_S - RENEW_S) * 1e6)
_GRACE_US = round(LEASE_S * 1e6)


async def is_settled(unit: Unit) -> bool:
    """Whether every owner that is still there has had the time to renew its leases.

    To be asked in each round of looking, as long as there is anything to look after: rounds that are further
    apart than a break begin anew.
    """
    row = await unit.one(sql.watch)
    is_new = row is None or abs(unit.now_us - row["seen_us"]) > _BREAK_US
    if row is not None and row["seen_us"] - unit.now_us > _BREAK_US:
        await unit.run(sql.leases_shortened, until_us=unit.now_us + _GRACE_US)
    since_us: int = unit.now_us if row is None or is_new else row["since_us"]
    await unit.run(sql.watch_put, since_us=since_us, now_us=unit.now_us)
    return unit.now_us - since_us >= _GRACE_US
