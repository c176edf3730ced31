"""Small results of runs, kept in the store so that any machine with the same server can read them.

What is kept is never looked into: to the store it is text.
"""

from __future__ import annotations

from prefect._base.clock import from_iso
from prefect._base.errors import NotFound
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__)


async def keep(unit: Unit, *, body: JsonObject) -> None:
    """Keep a result under its key, in the place of what was there."""
    expires = body.get("expiration")
    await unit.run(
        sql.result_put,
        key=body["key"],
        path=body.get("path"),
        now_us=unit.now_us,
        expires_us=None if expires is None else from_iso(expires),
        flow_run_id=body.get("flow_run_id"),
        task_run_id=body.get("task_run_id"),
        content=body["content"],
    )


async def read(unit: Unit, *, body: JsonObject) -> JsonObject:
    """What is kept under a key, or of the file at a path; raises `NotFound` for none and for expired ones."""
    found = None
    if body.get("key") is not None:
        found = await unit.one(sql.result_by_key, key=body["key"], now_us=unit.now_us)
    if found is None and body.get("path") is not None:
        found = await unit.one(sql.result_by_path, path=body["path"], now_us=unit.now_us)
    if found is None:
        raise NotFound("Result")
    return {"content": found["content"]}


async def kept(unit: Unit, key: str) -> str | None:
    """What is kept under a key, if anything is."""
    found = await unit.one(sql.result_by_key, key=key, now_us=unit.now_us)
    return None if found is None else found["content"]


async def forget_flow_run(unit: Unit, id: str) -> None:
    await unit.run(sql.results_of_flow_run_delete, id=id)


async def forget_task_run(unit: Unit, id: str) -> None:
    await unit.run(sql.results_of_task_run_delete, id=id)


async def forget_expired(unit: Unit, batch: int) -> bool:
    """Forget what has had its time; whether there may be more."""
    return await unit.run(sql.results_expired_delete, now_us=unit.now_us, batch=batch) == batch


async def forget_old(unit: Unit, before_us: int, batch: int) -> bool:
    """Forget what is older and belongs to no flow run; whether there may be more."""
    return await unit.run(sql.results_alone_delete, before_us=before_us, batch=batch) == batch
