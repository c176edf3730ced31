"""Operations on work pools."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._base.errors import AlreadyExists, Forbidden, NotFound
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.filtering import tables
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._service.work_pools import rows, status
from prefect._service.work_pools.statements import sql
from prefect._service.work_queues import creating
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

claims: Any = lazy.module("prefect._service.claims.operations")
polling: Any = lazy.module("prefect._service.claims.polling")
templates: Any = lazy.module("prefect._service.work_pools.templates")

DEFAULT_TYPE = "prefect-agent"
DEFAULT_QUEUE, DEFAULT_QUEUE_DESCRIPTION = "default", "Takes what names no other queue."
_ALLOWED_OF_RESERVED = {"is_paused", "concurrency_limit"}
_set = Changing(sql.pool_set)


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create a work pool with its queue ``default``; raises `AlreadyExists` if there is one of that name."""
    if is_reserved(body["name"]):
        raise Forbidden("Names of work pools that begin with 'prefect' are reserved.")
    return rows.to_json(await insert(unit, body))


async def insert(unit: Unit, body: JsonObject) -> Row:
    """The row of a new work pool, whatever its name."""
    template: JsonObject = body.get("base_job_template") or {}
    templates.check(template)
    is_paused = bool(body.get("is_paused"))
    type_: str = body.get("type") or DEFAULT_TYPE
    row: Row = {
        "id": unit.new_id(),
        "name": body["name"],
        "description": body.get("description"),
        "type": type_,
        "base_job_template": dumps(template),
        "is_paused": int(is_paused),
        "paused_us": unit.now_us if is_paused else None,
        "paused_by": unit.owner if is_paused else None,
        "concurrency_limit": body.get("concurrency_limit"),
        "storage_configuration": dumps(body.get("storage_configuration") or {}),
        "default_queue_id": unit.new_id(),
        "status": status.initial(type_, is_paused),
    }
    if not await unit.run(sql.pool_insert, now_us=unit.now_us, **row):
        raise AlreadyExists(f"A work pool named {body['name']!r}")
    queue: JsonObject = {
        "name": DEFAULT_QUEUE,
        "description": DEFAULT_QUEUE_DESCRIPTION,
        "priority": 1,
    }
    await creating.insert(unit, row, queue, id=row["default_queue_id"])
    await status.tell(unit, row, "created")
    if row["status"] is not None:
        await status.tell(unit, row, row["status"].lower().replace("_", "-"))
    return {**row, "created_us": unit.now_us, "updated_us": unit.now_us, "active_slots": 0}


async def read(unit: Unit, *, name: str) -> JsonObject:
    row = await unit.one(sql.pool_by_name, name=name)
    if row is None:
        raise missing(name)
    return rows.to_json(row)


async def update(unit: Unit, *, name: str, body: JsonObject) -> None:
    """Change what `body` gives. Pausing and going on changes the status at once."""
    if is_reserved(name) and not set(body) <= _ALLOWED_OF_RESERVED:
        raise Forbidden(
            f"The work pool {name!r} is reserved: only its limit and whether it is paused can be changed."
        )
    row = await find(unit, name)
    changes: JsonObject = {key: body[key] for key in ("description", "concurrency_limit") if key in body}
    if body.get("base_job_template") is not None:
        templates.check(body["base_job_template"])
        changes["base_job_template"] = dumps(body["base_job_template"])
    if body.get("storage_configuration") is not None:
        changes["storage_configuration"] = dumps(body["storage_configuration"])
    paused = body.get("is_paused")
    if paused is not None and paused != bool(row["is_paused"]):
        changes["is_paused"] = int(paused)
        changes["paused_us"] = unit.now_us if paused else None
        changes["paused_by"] = unit.owner if paused else None
    await unit.run(_set(changes), id=row["id"], now_us=unit.now_us, **changes)
    if "is_paused" in changes:
        await (status.enter(unit, row, status.PAUSED) if paused else status.after_pause(unit, row))
    # who waits for runs, and workers that follow the pool, look again
    await status.tell(unit, row, "updated", fields=sorted(changes))


async def delete(unit: Unit, *, name: str) -> None:
    """Remove the pool with its queues and workers; deployments and runs stay, without a queue."""
    if is_reserved(name):
        raise Forbidden(f"The work pool {name!r} is reserved and cannot be removed.")
    row = await find(unit, name)
    await unit.run(sql.deployments_leave_pool, id=row["id"])
    await unit.run(sql.runs_leave_pool, id=row["id"])
    await unit.run(sql.pool_delete, id=row["id"])
    await status.tell(unit, row, "deleted")


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The work pools that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.pool_filter.fill(where=tables.where("work_pools", tables.WORK_POOLS, body))
    return [rows.to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many work pools a filter finds."""
    where = tables.where("work_pools", tables.WORK_POOLS, body or {})
    row = await unit.one(sql.pool_count.fill(where=where))
    assert row is not None
    return row["found"]


async def concurrency_status(unit: Unit, *, name: str, body: JsonObject | None = None) -> JsonObject:
    """Which runs take slots of the pool, by queue: a page of queues, and of each so many runs."""
    body = body or {}
    pool = await unit.one(sql.pool_by_name, name=name)
    if pool is None:
        raise missing(name)
    queues = await unit.all(sql.queues_of_pool, id=pool["id"])
    limit, _ = paging.bounds(body)
    first = ((body.get("page") or 1) - 1) * limit
    most = body.get("flow_run_limit", 10)
    told: list[JsonObject] = []
    for queue in queues[first : first + limit]:
        holders = await unit.all(sql.slots_of_queue, id=queue["id"], limit=most, offset=0)
        told.append(
            {
                "queue_id": queue["id"],
                "queue_name": queue["name"],
                "active_slots": queue["active_slots"],
                "concurrency_limit": queue["concurrency_limit"],
                "flow_runs": [rows.slot(row, unit.now_us) for row in holders],
                "flow_run_count": queue["active_slots"],
            }
        )
    return {
        "active_slots": pool["active_slots"],
        "concurrency_limit": pool["concurrency_limit"],
        "queues": told,
        **rows.page(body, len(queues), limit),
    }


async def get_scheduled_flow_runs(
    unit: Unit, *, name: str, body: JsonObject | None = None
) -> list[JsonObject]:
    """The runs that a worker may propose to start next; nobody gets them by that, see `claim`."""
    return await polling.scheduled(unit, await find(unit, name), body or {})


async def claim(unit: Unit, *, name: str, body: JsonObject | None = None) -> Any:
    """Hand due runs of the pool to one owner; see :func:`prefect._service.claims.operations.of_pool`."""
    return await claims.of_pool(unit, await find(unit, name), body or {})


async def find(unit: Unit, name: str) -> Row:
    """The row of the pool of that name; raises `NotFound`."""
    row = await unit.one(sql.pool_bare, name=name)
    if row is None:
        raise missing(name)
    return row


def is_reserved(name: str) -> bool:
    return name.lower().startswith("prefect")


def missing(name: str) -> NotFound:
    return NotFound(f"Work pool {name!r}")
