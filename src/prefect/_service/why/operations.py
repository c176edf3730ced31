"""Why a flow run is not running: what is known of it and of all that it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from prefect._base import owner as owners
from prefect._base.errors import NotFound
from prefect._base.jsontext import loads
from prefect._core import why
from prefect._service.runs import states
from prefect._service.runs.values import instant
from prefect._service.unit import Unit
from prefect._service.why.statements import sql
from prefect._store.sql import Statement
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]


async def read(unit: Unit, *, id: str) -> JsonObject:
    """The reasons, the one that matters most first; `summary` is its sentence."""
    row = await unit.one(sql.run_in_question, id=id)
    if row is None:
        raise NotFound(f"Flow run with id {id}")
    reasons = why.why(await facts(unit, row))
    return {
        "flow_run_id": id,
        "summary": reasons[0].text,
        "reasons": [_told(reason) for reason in reasons],
    }


async def facts(unit: Unit, row: Row) -> why.Facts:
    """What the answer depends on."""
    current = states.current(row)
    assert current is not None
    details = current.details
    due_us = details.get("scheduled_us", row["next_scheduled_us"])
    owner: str | None = row["owner"]
    return why.Facts(
        now_us=unit.now_us,
        type=current.type,
        name=current.name,
        since_us=current.at_us,
        message=current.message,
        due_us=due_us,
        retries_in_process=loads(row["empirical_policy"]).get("retry_type") == "in_process",
        pause_ends_us=details.get("pause_timeout_us"),
        owner=owner,
        lives=None if owner is None else owners.is_alive(owner),
        lease_until_us=row["lease_until_us"],
        has_deployment=row["deployment_id"] is not None,
        deployment=await _deployment(unit, row),
        queue=await _queue(unit, row, due_us),
        pool=await _pool(unit, row),
    )


async def _deployment(unit: Unit, row: Row) -> why.Deployment | None:
    if row["deployment_name"] is None:
        return None
    limit: why.Limit | None = None
    if row["limit_id"] is not None:
        found = await unit.one(sql.limit_of_deployment, id=row["limit_id"])
        if found is not None:
            holders = await _names(unit, sql.holders_of_limit, row["limit_id"])
            limit = why.Limit(found["slot_limit"], found["active_slots"], holders)
    return why.Deployment(
        row["deployment_name"], _pause(row, "deployment"), limit, row["deployment_polled_us"]
    )


async def _queue(unit: Unit, row: Row, due_us: int | None) -> why.Queue | None:
    if row["queue_id"] is None:
        return None
    limit = await _limit(unit, sql.holders_in_queue, row["queue_id"], row["queue_limit"])
    ahead = 0
    if row["state_type"] == "SCHEDULED" and due_us is not None:
        found = await unit.one(
            sql.ahead,
            pool_id=row["pool_id"],
            priority=row["queue_priority"],
            due_us=due_us,
            now_us=unit.now_us,
            id=row["id"],
        )
        assert found is not None
        ahead = found["found"]
    return why.Queue(row["queue_name"], _pause(row, "queue"), limit, row["queue_polled_us"], ahead)


async def _pool(unit: Unit, row: Row) -> why.Pool | None:
    if row["pool_id"] is None:
        return None
    workers = await unit.all(sql.workers_of_pool, id=row["pool_id"])
    return why.Pool(
        row["pool_name"],
        row["pool_type"],
        _pause(row, "pool"),
        await _limit(unit, sql.holders_in_pool, row["pool_id"], row["pool_limit"]),
        tuple(worker["name"] for worker in workers if worker["status"] == "ONLINE"),
        workers[0]["last_heartbeat_us"] if workers else None,
    )


async def _limit(unit: Unit, statement: Statement, id: str, limit: int | None) -> why.Limit | None:
    if limit is None:
        return None
    holders = await _names(unit, statement, id)
    return why.Limit(limit, len(holders), holders)


async def _names(unit: Unit, statement: Statement, id: str) -> tuple[str, ...]:
    return tuple(row["name"] for row in await unit.all(statement, id=id))


def _pause(row: Row, what: str) -> why.Pause | None:
    if not row[f"{what}_paused"]:
        return None
    return why.Pause(row[f"{what}_paused_us"], row[f"{what}_paused_by"])


def _told(reason: why.Reason) -> JsonObject:
    told = asdict(reason)
    return {
        "code": told["code"],
        "text": told["text"],
        "since": instant(told["since_us"]),
        "until": instant(told["until_us"]),
    }
