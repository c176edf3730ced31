"""Messages that tell workers to clean up: handed to one at a time, until done or tried too often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from prefect._base import lazy
from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

sql = Queries(__file__, "cleanup.sql")
CANCELLING_TIMEOUT = "cancelling_timeout_teardown.v1"
PENDING_CLAIM = "pending_claim_teardown.v1"
KINDS = frozenset({CANCELLING_TIMEOUT, PENDING_CLAIM})
TOPIC = "prefect.work-pool.cleanup"


async def enqueue(
    unit: Unit,
    pool_id: str,
    *,
    kind: str,
    target: JsonObject,
    about: str,
    work_queue_id: str | None = None,
    data: JsonObject | None = None,
) -> None:
    """Tell the workers of a pool to clean up; what is `about` the same thing is told once."""
    id = str(uuid5(NAMESPACE_URL, f"prefect:cleanup:{kind}:{about}"))
    is_new = await unit.run(
        sql.cleanup_insert,
        id=id,
        now_us=unit.now_us,
        work_pool_id=pool_id,
        work_queue_id=work_queue_id,
        kind=kind,
        target=dumps(target),
        data=dumps(data or {}),
    )
    if is_new:
        await unit.emit(TOPIC, pool_id, {"message_id": id})


async def reserve(
    unit: Unit,
    pool_id: str,
    consumer: str,
    *,
    kinds: Sequence[str],
    queue_ids: Sequence[str],
    limit: int,
) -> list[JsonObject]:
    """Hand waiting messages to one connection; without ids of queues those of all queues."""
    parts = [c.one_of("kind", list(kinds))]
    if queue_ids:
        parts.append(c.some([c.Text("work_queue_id IS NULL"), c.one_of("work_queue_id", list(queue_ids))]))
    statement = sql.cleanup_waiting.fill(where=c.every(parts))
    reserved: list[JsonObject] = []
    for row in await unit.all(statement, work_pool_id=pool_id, limit=limit):
        token, until_us = str(uuid4()), _lease_end(unit)
        if await unit.run(
            sql.cleanup_reserve, id=row["id"], reserved_by=consumer, token=token, until_us=until_us
        ):
            reserved.append(_told(row, token, until_us))
    return reserved


async def finish(unit: Unit, operation: str, payload: Mapping[str, Any]) -> JsonObject:
    """Carry out what a worker says about a message: done (ack), goes on (renew), given up (release)."""
    id, token = str(payload["message_id"]), str(payload["reservation_token"])
    row = await unit.one(sql.cleanup_by_id, id=id)
    problem = _problem(unit, row, token)
    if row is None or problem is not None:
        status, reason = problem or ("not_found", "There is no such message.")
        return {"status": status, "reason": reason}
    if operation == "ack":
        await unit.run(sql.cleanup_delete, id=id)
        return {"status": "accepted"}
    if operation == "renew":
        until_us = _lease_end(unit)
        await unit.run(sql.cleanup_renew, id=id, until_us=until_us)
        return {"status": "accepted", "lease_expires_at": to_iso(until_us)}
    is_dead = await _put_back(unit, row, str(payload.get("reason") or "The worker gave it back."))
    if is_dead:
        return {"status": "dead_lettered", "reason": "The message was handed out too often."}
    return {"status": "accepted"}


async def put_back_all(unit: Unit, consumer: str) -> None:
    """What a connection held that is closed waits for another one."""
    for row in await unit.all(sql.cleanup_held_by, reserved_by=consumer):
        await _put_back(unit, row, "The connection of the worker was closed.")


async def put_back_overdue(unit: Unit, most: int) -> float | None:
    """What nobody has finished in time waits again; tells in how many seconds the next one is overdue."""
    for row in await unit.all(sql.cleanup_overdue, now_us=unit.now_us, limit=most):
        await _put_back(unit, row, "The reservation was over.")
    following = await unit.one(sql.cleanup_next_end)
    if following is None or following["until_us"] is None:
        return None
    return max(0.0, (following["until_us"] - unit.now_us) / 1e6)


async def _put_back(unit: Unit, row: Mapping[str, Any], reason: str) -> bool:
    is_dead = row["deliveries"] >= settings.active()["server.worker_channel.cleanup_max_delivery_attempts"]
    await unit.run(sql.cleanup_return, id=row["id"], dead_us=unit.now_us if is_dead else None, reason=reason)
    if not is_dead:
        await unit.emit(TOPIC, row["work_pool_id"], {"message_id": row["id"]})
    return is_dead


def _problem(unit: Unit, row: Mapping[str, Any] | None, token: str) -> tuple[str, str] | None:
    if row is None:
        return "not_found", "There is no such message, or it is done."
    if row["dead_us"] is not None:
        return "dead_lettered", "The message was handed out too often."
    if row["reservation_token"] is None:
        return "not_current", "Nobody holds the message at present."
    if row["reservation_token"] != token:
        return "invalid_token", "Another reservation holds the message."
    if row["reserved_until_us"] <= unit.now_us:
        return "expired", "The reservation was over before."
    return None


def _lease_end(unit: Unit) -> int:
    lease_s: float = settings.active()["server.worker_channel.cleanup_lease_seconds"]
    return unit.now_us + int(lease_s * 1_000_000)


def _told(row: Mapping[str, Any], token: str, until_us: int) -> JsonObject:
    return {
        "message_id": row["id"],
        "reservation_token": token,
        "lease_expires_at": to_iso(until_us),
        "delivery_count": row["deliveries"] + 1,
        "work_queue_id": row["work_queue_id"],
        "data": loads(row["data"]),
        "kind": row["kind"],
        "target": loads(row["target"]),
    }
