"""Which of the processes that share a store runs the keepers, where no server does."""

from __future__ import annotations

from prefect._base import owner as owners
from prefect._service.unit import Unit
from prefect._store.sql import Queries

sql = Queries(__file__, "leader.sql")

NAME = "keepers"
LEASE_S = 30.0
# who does not lead asks this often whether the leader is still there
LOOK_S = 5.0


async def leads(unit: Unit) -> bool:
    """Whether the acting process leads; it does from now on if nobody else does."""
    assert unit.owner is not None
    lease = await unit.one(sql.lease, name=NAME)
    if lease is not None and lease["until_us"] > unit.now_us:
        if lease["owner"] != unit.owner and owners.is_alive(lease["owner"]) is not False:
            return False
        if lease["owner"] == unit.owner and lease["until_us"] - unit.now_us > LEASE_S * 5e5:
            return True
    until_us = unit.now_us + round(LEASE_S * 1e6)
    await unit.run(sql.lease_take, name=NAME, owner=unit.owner, until_us=until_us)
    return True


async def give_up(unit: Unit) -> None:
    """Let another process lead at once."""
    await unit.run(sql.lease_give_up, name=NAME, owner=unit.owner)
