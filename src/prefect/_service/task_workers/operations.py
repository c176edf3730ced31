"""Task workers: who is connected, told by rows that all servers share."""

from __future__ import annotations

from collections.abc import Sequence

from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._base.notyet import NotYet
from prefect._service.task_workers import deliveries
from prefect._service.task_workers.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

RENEW_S = 10.0
EXPIRE_US = 30_000_000


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The task workers that are connected, with the tasks that they serve."""
    asked = (body or {}).get("task_worker_filter")
    wanted: set[str] | None = None if asked is None else set(asked["task_keys"])
    found: dict[str, JsonObject] = {}
    for row in await unit.all(sql.workers_connected, now_us=unit.now_us):
        keys: set[str] = set(loads(row["task_keys"]))
        seen_us = row["expires_us"] - EXPIRE_US
        known = found.get(row["identifier"])
        if known is not None:  # connected more than once, as while it connects anew
            keys |= set(known["task_keys"])
            seen_us = max(seen_us, known["seen_us"])
        found[row["identifier"]] = {
            "identifier": row["identifier"],
            "task_keys": sorted(keys),
            "seen_us": seen_us,
        }
    return [
        {
            "identifier": worker["identifier"],
            "task_keys": worker["task_keys"],
            "timestamp": to_iso(worker["seen_us"]),
        }
        for worker in found.values()
        if wanted is None or wanted & set(worker["task_keys"])
    ]


async def take(unit: Unit, *, body: JsonObject) -> JsonObject | NotYet:
    """Hand due runs to a worker, which has received them with the answer, and note that it is there.

    Waits for the first run as long as the worker wishes.
    """
    worker, keys = body["connection"], sorted(set(body["task_keys"]))
    await unit.run(
        sql.worker_put,
        id=worker,
        identifier=body["identifier"],
        task_keys=dumps(keys),
        now_us=unit.now_us,
        expires_us=unit.now_us + EXPIRE_US,
    )
    await deliveries.renew(unit, worker)
    limit: int = body.get("limit", 1)
    taken = await deliveries.take_whole(unit, worker, keys, limit) if limit else deliveries.Taken([])
    for run in taken.runs:
        await deliveries.received(unit, worker, run["id"])
    answer: JsonObject = {
        "runs": [{"task_run": run, "parameters": run.pop("kept_parameters", None)} for run in taken.runs]
    }
    wait_s: float = body.get("wait_s") or 0.0
    if taken.runs or not wait_s or not limit:
        return answer
    return NotYet(answer, frozenset(keys), taken.after, wait_s, taken.next_due_us)


async def leave(unit: Unit, *, body: JsonObject) -> None:
    """A task worker that took its runs by asking for them goes away; what it has not begun is put back."""
    await unit.run(sql.worker_delete, id=body["connection"])
    await deliveries.give_back(unit, body["connection"])


async def connect(unit: Unit, connection: str, identifier: str, keys: Sequence[str]) -> None:
    """A task worker is there."""
    await unit.run(
        sql.worker_insert,
        id=connection,
        identifier=identifier,
        task_keys=dumps(sorted(set(keys))),
        now_us=unit.now_us,
        expires_us=unit.now_us + EXPIRE_US,
    )
    await deliveries.renew(unit, identifier)


async def renew(unit: Unit, connection: str, identifier: str) -> None:
    """A task worker is still there, and holds what it has received."""
    await unit.run(sql.worker_renew, id=connection, expires_us=unit.now_us + EXPIRE_US)
    await deliveries.renew(unit, identifier)


async def disconnect(unit: Unit, connection: str, identifier: str, unreceived: Sequence[str]) -> None:
    """A connection ended; what was sent on it and not received is handed out again."""
    await unit.run(sql.worker_delete, id=connection)
    await deliveries.put_back(unit, identifier, unreceived)
