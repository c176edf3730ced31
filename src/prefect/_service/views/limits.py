"""A concurrency limit with those who hold its slots and those who wait for one."""

from __future__ import annotations

from prefect._base.errors import NotFound
from prefect._service.runs.values import instant
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__, "limits.sql")
MOST = 500


async def limit(unit: Unit, id: str) -> JsonObject:
    """The limit with this id or name."""
    row = await unit.one(sql.limit_with, id=id)
    if row is None:
        raise NotFound(f"Concurrency limit {id}")
    holders = await unit.all(sql.holders, limit_id=row["id"], limit=MOST)
    waiters = await unit.all(sql.waiters, limit_id=row["id"], now_us=unit.now_us, limit=MOST)
    return {
        "id": row["id"],
        "name": row["name"],
        "limit": row["slot_limit"],
        "active": bool(row["active"]),
        "active_slots": row["active_slots"],
        "slot_decay_per_second": row["slot_decay_per_second"],
        "created": instant(row["created_us"]),
        "updated": instant(row["updated_us"]),
        "holders": [
            {
                "id": each["id"],
                "slots": each["slots"],
                "since": instant(each["created_us"]),
                "until": instant(each["expires_us"]),
                "holder": each["holder_type"] and {"type": each["holder_type"], "id": each["holder_id"]},
                "name": each["flow_run_name"] or each["task_run_name"],
            }
            for each in holders
        ],
        "waiters": [
            {"id": each["ticket"], "slots": each["slots"], "since": instant(each["since_us"])}
            for each in waiters
        ],
    }
