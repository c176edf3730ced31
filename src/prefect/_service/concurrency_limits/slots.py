"""Taking slots and giving them back, in one transaction: all of a request's limits or none.

Whoever is refused and shows a ticket gets a place in the queue of each full limit. Places are granted in the
order of arrival, so nobody is starved by those who come back sooner. A place counts only in the queues of
limits that are full: somebody who waits for one limit keeps nobody from another.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prefect._base import lazy
from prefect._base import owner as owners
from prefect._base.errors import Invalid, Locked
from prefect._base.jsontext import dumps
from prefect._core import limits
from prefect._core.limits import Limit, Mode
from prefect._service.concurrency_limits import rows
from prefect._service.concurrency_limits.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

Row = Mapping[str, Any]
ACQUIRED = "prefect.concurrency-limit.acquired"
RELEASED = "prefect.concurrency-limit.released"
LEFT = "prefect.concurrency-limit.waiter-left"
# a place in a queue is lost after this time without another try, and renewed after half of it
PLACE_S = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    A `ticket` keeps a place; `passes` does not wait for those who came before; one that `resumes` a wait is
    refused for good when its place was given up.
    """

    slots: int
    mode: Mode = "concurrency"
    ticket: str | None = None
    passes: bool = False
    resumes: bool = False


async def take(unit: Unit, found: Sequence[Row], request: Request) -> Locked | None:
    """Count `request` as taken of all limits in `found`, or say how long to wait.

    Raises `Invalid` if waiting cannot help.
    """
    wanted = [rows.limit(row, unit.now_us) for row in found]
    for limit in wanted:
        if reason := limits.never(limit, request.slots, request.mode):
            raise Invalid(reason)
    counted = [limit for limit in wanted if limit.active]
    ahead, since_us = await _queue(unit, counted, request)
    if request.resumes and since_us is None:
        return Locked("Locked", PLACE_S)
    full = _full(counted, request, ahead)
    if full and await reclaim(unit, [limit.id for limit in full]):
        fresh = await unit.all(sql.limits_by_id, ids=dumps([limit.id for limit in counted]))
        counted = [rows.limit(row, unit.now_us) for row in fresh]
        full = _full(counted, request, ahead)
    if full:
        return await _refuse(unit, full, request, ahead, since_us)
    await grant(unit, counted, request.slots)
    if request.ticket is not None and since_us is not None:
        await unit.run(sql.waiter_leave, ticket=request.ticket, but="[]")
    return None


async def grant(unit: Unit, counted: Sequence[Limit], slots: int) -> None:
    """Count `slots` of each limit as taken."""
    for limit in counted:
        await _keep(unit, limits.take(limit, slots))
        await unit.emit(ACQUIRED, limit.id, {"name": limit.name, "slots": slots})


def _full(counted: Sequence[Limit], request: Request, ahead: Mapping[str, int]) -> list[Limit]:
    return [limit for limit in counted if not limits.has_room(limit, request.slots, ahead.get(limit.id, 0))]


async def _queue(
    unit: Unit, counted: Sequence[Limit], request: Request
) -> tuple[Mapping[str, int], int | None]:
    """How many slots of each limit are waited for by those who came before, and since when this one waits."""
    waiters = await unit.all(sql.waiters, ids=dumps([limit.id for limit in counted])) if counted else []
    since_us: int | None = None
    if request.ticket is not None:
        arrival = await unit.one(sql.waiter_arrival, ticket=request.ticket)
        since_us = arrival["since_us"] if arrival else None
    if not waiters or request.passes:
        return {}, since_us
    place = (unit.now_us if since_us is None else since_us, request.ticket or "~")
    alive = {owner: owners.is_alive(owner) for owner in {each["owner"] for each in waiters} if owner}
    ahead: dict[str, int] = {}
    for waiter in waiters:
        if waiter["ticket"] == request.ticket or (waiter["since_us"], waiter["ticket"]) >= place:
            continue
        if waiter["expires_us"] > unit.now_us and alive.get(waiter["owner"]) is not False:
            ahead[waiter["limit_id"]] = ahead.get(waiter["limit_id"], 0) + waiter["slots"]
    return ahead, since_us


async def _refuse(
    unit: Unit, full: Sequence[Limit], request: Request, ahead: Mapping[str, int], since_us: int | None
) -> Locked:
    blocked = [(limit, ahead.get(limit.id, 0)) for limit in full]
    most_s = min(_longest_wait_s(limit) for limit in full)
    has_place = request.ticket is not None
    wait_s = limits.wait_s(blocked, request.slots, unit.now_us, most_s, random.random(), exact=has_place)
    ids = [limit.id for limit in full]
    if request.ticket is not None and not request.passes:
        await _enter(unit, ids, request, unit.now_us if since_us is None else since_us)
    newest = await unit.one(sql.newest_entry)
    assert newest is not None
    return Locked("Locked", wait_s, waits_for=tuple(ids), after=newest["seq"])


async def _enter(unit: Unit, ids: Sequence[str], request: Request, since_us: int) -> None:
    places = {
        row["limit_id"]: row["expires_us"]
        for row in await unit.all(sql.waiters, ids=dumps(ids))
        if row["ticket"] == request.ticket
    }
    still_good_us = unit.now_us + round(PLACE_S * 5e5)
    for id in ids:
        if places.get(id, 0) < still_good_us:
            await unit.run(
                sql.waiter_enter,
                limit_id=id,
                since_us=since_us,
                ticket=request.ticket,
                slots=request.slots,
                expires_us=unit.now_us + round(PLACE_S * 1e6),
                owner=unit.owner,
            )
    await unit.run(sql.waiter_leave, ticket=request.ticket, but=dumps(ids))


async def leave(unit: Unit, ticket: str) -> None:
    """Give up the places of a ticket; those behind it are told."""
    waited_for = await unit.all(sql.waited_for, ticket=ticket)
    await unit.run(sql.waiter_leave, ticket=ticket, but="[]")
    for row in waited_for:
        await unit.emit(LEFT, row["limit_id"])


async def lease(
    unit: Unit,
    found: Sequence[Row],
    slots: int,
    *,
    expires_us: int | None,
    holder: JsonObject | None = None,
    owner: str | None = None,
    id: str | None = None,
) -> str:
    """Write down who holds `slots` of each limit that counts; the id of the lease."""
    lease_id = id or unit.new_id()
    await unit.run(
        sql.lease_insert,
        id=lease_id,
        now_us=unit.now_us,
        expires_us=expires_us,
        slots=slots,
        holder_type=holder["type"] if holder else None,
        holder_id=holder["id"] if holder else None,
        owner=owner,
    )
    for row in found:
        if row["active"]:
            await unit.run(sql.slots_insert, lease_id=lease_id, limit_id=row["id"])
    return lease_id


async def release(unit: Unit, lease: Row) -> None:
    """End a lease and free its slots."""
    held_s = max(0.0, (unit.now_us - lease["created_us"]) / 1e6)
    for row in await unit.all(sql.limits_of_lease, lease_id=lease["id"]):
        await free(unit, row, lease["slots"], held_s)
    await unit.run(sql.lease_delete, id=lease["id"])


async def free(unit: Unit, row: Row, slots: int, held_s: float | None) -> None:
    """Give `slots` of the limit in `row` back, and tell those who wait."""
    limit = limits.give_back(rows.limit(row, unit.now_us), slots, held_s)
    await _keep(unit, limit)
    await unit.emit(RELEASED, limit.id, {"name": limit.name, "slots": slots})


async def reclaim(unit: Unit, ids: Collection[str]) -> bool:
    """Free what expired leases and those of dead processes hold of some limits; whether there were any."""
    leases = await unit.all(sql.leases_on, ids=dumps(list(ids)), now_us=unit.now_us, owner=unit.owner or "")
    alive = {owner: owners.is_alive(owner) for owner in {each["owner"] for each in leases} if owner}
    gone = [each for each in leases if _is_expired(each, unit) or alive.get(each["owner"]) is False]
    for each in gone:
        await release(unit, each)
    return bool(gone)


async def reap(unit: Unit) -> int:
    """Free what is held under expired leases and by dead processes; tells how many leases ended."""
    ended = 0
    for each in await unit.all(sql.leases_expired, now_us=unit.now_us):
        await release(unit, each)
        ended += 1
    await unit.run(sql.waiters_gone, now_us=unit.now_us)
    for row in await unit.all(sql.lease_owners):
        if owners.is_alive(row["owner"]) is False:
            for each in await unit.all(sql.leases_of_owner, owner=row["owner"]):
                await release(unit, each)
                ended += 1
            await unit.run(sql.waiters_of_owner_gone, owner=row["owner"])
    return ended


def _is_expired(lease: Row, unit: Unit) -> bool:
    return lease["expires_us"] is not None and lease["expires_us"] <= unit.now_us


def _longest_wait_s(limit: Limit) -> float:
    values = settings.active()
    if limit.name.startswith(rows.TAG):
        return values["server.tasks.tag_concurrency_slot_wait_seconds"]
    return values["server.concurrency.maximum_concurrency_slot_wait_seconds"]


async def _keep(unit: Unit, limit: Limit) -> None:
    await unit.run(
        sql.limit_count,
        id=limit.id,
        active_slots=limit.active_slots,
        decayed_us=limit.decayed_us,
        occupancy_s=limit.occupancy_s,
    )
