"""Whether a pool is served: READY, NOT_READY or PAUSED, and telling when that changes.

Pools of the oldest type have no status until they are paused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._service.unit import Unit
from prefect._service.work_pools.statements import sql

READY, NOT_READY, PAUSED = "READY", "NOT_READY", "PAUSED"
OLDEST_TYPE = "prefect-agent"
# two changes that are closer than that are told as one following the other
CHAINED_US = 600 * 1_000_000

Row = Mapping[str, Any]


def initial(type_: str, is_paused: bool) -> str | None:
    if is_paused:
        return PAUSED
    return None if type_ == OLDEST_TYPE else NOT_READY


async def enter(unit: Unit, pool: Row, status: str) -> bool:
    """Let the pool have `status`, and tell so if that is new."""
    if pool["status"] == status:
        return False
    event_id = unit.new_id()
    if not await unit.run(
        sql.pool_enters, id=pool["id"], status=status, now_us=unit.now_us, event_id=event_id
    ):
        return False
    is_chained = pool["status_at_us"] is not None and unit.now_us - pool["status_at_us"] < CHAINED_US
    follows = pool["status_event_id"] if is_chained else None
    await tell(unit, pool, status.lower().replace("_", "-"), id=event_id, follows=follows)
    return True


async def after_pause(unit: Unit, pool: Row) -> None:
    """The status of a pool that is not paused any more."""
    if pool["type"] == OLDEST_TYPE:
        await enter(unit, pool, READY)
        return
    online = await unit.one(sql.workers_online, id=pool["id"])
    assert online is not None
    await enter(unit, pool, READY if online["found"] else NOT_READY)


async def tell(unit: Unit, pool: Row, what: str, **more: Any) -> None:
    """Enter into the log what happened to a pool."""
    body = {"name": pool["name"], "type": pool["type"], **more}
    await unit.emit(f"prefect.work-pool.{what}", pool["id"], body)
