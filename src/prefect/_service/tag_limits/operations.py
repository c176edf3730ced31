"""Operations on the limits of tags.

Such a limit is the concurrency limit of the name ``tag:<tag>``; here it is told with the task runs that hold
its slots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect._base import lazy
from prefect._base.clock import to_iso
from prefect._base.errors import Locked, NotFound
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.concurrency_limits import operations as limits
from prefect._service.concurrency_limits import rows, slots
from prefect._service.concurrency_limits.rows import TAG
from prefect._service.concurrency_limits.slots import Request
from prefect._service.concurrency_limits.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

Row = Mapping[str, Any]
TASK_RUN = "task_run"


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create the limit of a tag, or change the one that is there."""
    row = await unit.one(sql.limit_by_name, name=TAG + body["tag"])
    if row is None:
        values = {"name": TAG + body["tag"], "limit": body["concurrency_limit"]}
        await limits.create(unit, body=values)
    else:
        unit.status = 200
        await limits.change(unit, row, {"limit": body["concurrency_limit"]})
    return await read_by_tag(unit, tag=body["tag"])


async def read(unit: Unit, *, id: str) -> JsonObject:
    return await _answer(unit, await _by_id(unit, id))


async def read_by_tag(unit: Unit, *, tag: str) -> JsonObject:
    return await _answer(unit, await _by_tag(unit, tag))


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """A page of the limits of tags, by tag."""
    limit, offset = paging.bounds(body or {})
    return [
        await _answer(unit, row) for row in await unit.all(sql.tag_limits_page, limit=limit, offset=offset)
    ]


async def delete(unit: Unit, *, id: str) -> None:
    await limits.remove(unit, await _by_id(unit, id))


async def delete_by_tag(unit: Unit, *, tag: str) -> None:
    await limits.remove(unit, await _by_tag(unit, tag))


async def reset(unit: Unit, *, tag: str, body: JsonObject | None = None) -> None:
    """Free all slots of a limit, then take one for each of the task runs in `slot_override`."""
    row = await _by_tag(unit, tag)
    for lease in await unit.all(sql.leases_of_limit, limit_id=row["id"]):
        await slots.release(unit, lease)
    holders = list(dict.fromkeys((body or {}).get("slot_override") or ()))
    await limits.change(unit, await _by_tag(unit, tag), {"active_slots": len(holders)})
    for holder in holders:
        await _lease(unit, [row], holder)


async def increment(unit: Unit, *, body: JsonObject) -> list[JsonObject] | Locked:
    """Take a slot of each limited tag for a task run, unless it has one already."""
    names = [TAG + tag for tag in body["names"]]
    held = {
        row["limit_id"]
        for row in await unit.all(sql.held_by, holder_id=body["task_run_id"], holder_type=TASK_RUN)
    }
    found = await unit.all(sql.limits_by_name, names=dumps(names))
    wanted = [row for row in found if row["active"] and row["id"] not in held]
    wait_s = float(round(settings.active()["server.tasks.tag_concurrency_slot_wait_seconds"]))
    for row in wanted:
        if row["slot_limit"] == 0:
            tag = row["name"].removeprefix(TAG)
            return Locked(f"The limit of the tag {tag!r} is 0, so the run would wait for ever.", wait_s)
    if wanted:
        locked = await slots.take(unit, wanted, Request(1))
        if locked is not None:
            return Locked(locked.message, wait_s, waits_for=locked.waits_for, after=locked.after)
        await _lease(unit, wanted, body["task_run_id"])
    return [rows.minimal(row) for row in found]


async def decrement(unit: Unit, *, body: JsonObject) -> list[JsonObject]:
    """Give back what a task run holds of these tags."""
    names = {TAG + tag for tag in body["names"]}
    freed: list[JsonObject] = []
    for lease in await unit.all(sql.leases_of_holder, holder_id=body["task_run_id"], holder_type=TASK_RUN):
        of_lease = await unit.all(sql.limits_of_lease, lease_id=lease["id"])
        if any(row["name"] in names for row in of_lease):
            await slots.release(unit, lease)
            freed += [rows.minimal(row) for row in of_lease]
    return freed


async def _lease(unit: Unit, of: Sequence[Row], task_run_id: str) -> None:
    """Such a lease has no end: it is given back when the run ends."""
    holder = {"type": TASK_RUN, "id": task_run_id}
    await slots.lease(unit, of, 1, expires_us=None, holder=holder)


async def _answer(unit: Unit, row: Row) -> JsonObject:
    leases = await unit.all(sql.leases_of_limit, limit_id=row["id"])
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "tag": row["name"].removeprefix(TAG),
        "concurrency_limit": row["slot_limit"],
        "active_slots": [lease["holder_id"] for lease in leases if lease["holder_type"] == TASK_RUN],
    }


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.limit_by_id, id=id)
    if row is None or not row["name"].startswith(TAG):
        raise NotFound("Concurrency limit")
    return row


async def _by_tag(unit: Unit, tag: str) -> Row:
    row = await unit.one(sql.limit_by_name, name=TAG + tag)
    if row is None:
        raise NotFound("Concurrency limit")
    return row
