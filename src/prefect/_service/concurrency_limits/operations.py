"""Operations on concurrency limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from prefect._base.errors import AlreadyExists, Gone, Locked, NotFound
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.concurrency_limits import rows, slots
from prefect._service.concurrency_limits.slots import Request
from prefect._service.concurrency_limits.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]
OCCUPANCY_S = 2.0
LEASE_S = 300.0
_CHANGEABLE = {
    "name": "name",
    "limit": "slot_limit",
    "active": "active",
    "active_slots": "active_slots",
    "denied_slots": "denied_slots",
    "slot_decay_per_second": "slot_decay_per_second",
}


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a limit; raises `AlreadyExists` if there is one of that name."""
    row = new_row(unit, body)
    if not await unit.run(sql.limit_insert, now_us=unit.now_us, **row):
        raise _taken(body["name"])
    await emit(unit, "created", row)
    times = {"created_us": unit.now_us, "updated_us": unit.now_us, "decayed_us": unit.now_us}
    return rows.whole({**row, **times}, unit.now_us)


def new_row(unit: Unit, body: JsonObject) -> dict[str, Any]:
    """The columns of a limit that is made from `body`."""
    return {
        "id": unit.new_id(),
        "name": body["name"],
        "slot_limit": body["limit"],
        "active": int(body.get("active", True)),
        "active_slots": body.get("active_slots") or 0,
        "denied_slots": body.get("denied_slots") or 0,
        "slot_decay_per_second": body.get("slot_decay_per_second") or 0.0,
        "avg_slot_occupancy_seconds": OCCUPANCY_S,
    }


async def read(unit: Unit, *, id_or_name: str) -> JsonObject:
    return rows.answer(await _find(unit, id_or_name), unit.now_us)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """A page of limits, by name."""
    limit, offset = paging.bounds(body or {})
    found = await unit.all(sql.limits_page, limit=limit, offset=offset)
    return [rows.answer(row, unit.now_us) for row in found]


async def update(unit: Unit, *, id_or_name: str, body: JsonObject) -> None:
    """Change what the body names; raises `AlreadyExists` if another limit has the new name."""
    await change(unit, await _find(unit, id_or_name), body)


async def change(unit: Unit, row: Row, body: JsonObject) -> None:
    """Change the limit in `row`; who waits for it looks again."""
    limit = rows.limit(row, unit.now_us)
    changed = {column: row[column] for column in _CHANGEABLE.values()}
    changed["active_slots"] = limit.active_slots
    for key, column in _CHANGEABLE.items():
        if body.get(key) is not None:
            changed[column] = body[key]
    changed["active"] = int(changed["active"])
    # slots that begin to decay do so from now on
    restarts = body.get("active_slots") is not None or not limit.decay_per_s
    decayed_us = unit.now_us if restarts else limit.decayed_us
    done = await unit.run(
        sql.limit_change, id=row["id"], now_us=unit.now_us, decayed_us=decayed_us, **changed
    )
    if not done:
        raise _taken(changed["name"])
    await emit(unit, "updated", {**row, **changed})


async def delete(unit: Unit, *, id_or_name: str) -> None:
    await remove(unit, await _find(unit, id_or_name))


async def remove(unit: Unit, row: Row) -> None:
    """Remove a limit; whoever waits for it goes on."""
    await unit.run(sql.limit_delete, id=row["id"])
    await emit(unit, "deleted", row)


async def increment(unit: Unit, *, body: JsonObject) -> list[JsonObject] | Locked:
    """Take slots until they are given back by `decrement`, or decay."""
    found = await _named(unit, body)
    locked = await slots.take(unit, found, _request(body))
    return locked or [rows.minimal(row) for row in found]


async def increment_with_lease(unit: Unit, *, body: JsonObject) -> JsonObject | Locked:
    """Take slots under a lease, which has to be renewed.

    A ticket becomes the id of the lease, so that asking twice gives the same. Its slots end with the process
    that asks, too, and a lease over no limits is not kept.
    """
    request = _request(body)
    if request.ticket is not None:
        granted = await unit.one(sql.lease_by_id, id=request.ticket)
        if granted is not None:
            limits = await unit.all(sql.limits_of_lease, lease_id=request.ticket)
            return {"lease_id": request.ticket, "limits": [rows.minimal(row) for row in limits]}
    found = await _named(unit, body)
    locked = await slots.take(unit, found, request)
    if locked is not None:
        return locked
    limits = [rows.minimal(row) for row in found]
    if not found and request.ticket is not None:
        return {"lease_id": request.ticket, "limits": limits}
    until_us = unit.now_us + round((body.get("lease_duration") or LEASE_S) * 1e6)
    lease_id = await slots.lease(
        unit,
        found,
        request.slots,
        expires_us=until_us,
        holder=body.get("holder"),
        owner=unit.owner if request.ticket is not None else None,
        id=request.ticket,
    )
    return {"lease_id": lease_id, "limits": limits}


async def decrement(unit: Unit, *, body: JsonObject) -> list[JsonObject]:
    """Give back slots that were taken without a lease."""
    found = await _named(unit, body)
    for row in found:
        await slots.free(unit, row, body["slots"], body.get("occupancy_seconds"))
    return [rows.minimal(row) for row in found]


async def decrement_with_lease(unit: Unit, *, body: JsonObject) -> None:
    """End a lease and free its slots; nothing happens if it has ended."""
    lease = await unit.one(sql.lease_by_id, id=body["lease_id"])
    if lease is not None:
        await slots.release(unit, lease)


async def renew_lease(unit: Unit, *, lease_id: str, body: JsonObject | None = None) -> None:
    """Let a lease last for so long from now; raises `Gone` if it has ended."""
    duration_s = (body or {}).get("lease_duration") or LEASE_S
    until_us = unit.now_us + round(duration_s * 1e6)
    if not await unit.run(sql.lease_renew, id=lease_id, until_us=until_us, now_us=unit.now_us):
        raise Gone("Lease not found - it may have expired or been deleted.")


async def withdraw(unit: Unit, *, body: JsonObject) -> None:
    """Wait no more; what was granted to the ticket meanwhile is given back."""
    await slots.leave(unit, body["ticket"])
    await decrement_with_lease(unit, body={"lease_id": body["ticket"]})


async def emit(unit: Unit, what: str, row: Row) -> None:
    await unit.emit(f"prefect.concurrency-limit.{what}", row["id"], {"name": row["name"]})


async def _find(unit: Unit, id_or_name: str) -> Row:
    row = None
    if _is_id(id_or_name):
        row = await unit.one(sql.limit_by_id, id=str(UUID(id_or_name)))
    if row is None:
        row = await unit.one(sql.limit_by_name, name=id_or_name)
    if row is None:
        raise NotFound("Concurrency Limit")
    return row


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _named(unit: Unit, body: JsonObject) -> list[dict[str, Any]]:
    return await unit.all(sql.limits_by_name, names=dumps(body["names"]))


def _request(body: JsonObject) -> Request:
    return Request(
        body["slots"],
        body.get("mode") or "concurrency",
        body.get("ticket"),
        bool(body.get("passes")),
        bool(body.get("resumes")),
    )


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists(f"A concurrency limit named {name!r}")
