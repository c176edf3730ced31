"""Asking for the runs of deployments, and what is known of a deployment by somebody asking."""

from __future__ import annotations

from collections.abc import Iterable

from prefect._base.clock import from_iso
from prefect._base.jsontext import dumps
from prefect._service import paging
from prefect._service.deployments.planned import sql
from prefect._service.flow_runs import rows
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

# who asks more often than this is not written down each time
FRESH_US = 5_000_000
_EVER_US = 2**62


async def scheduled(unit: Unit, body: JsonObject) -> list[JsonObject]:
    """The runs that wait to be started; nobody gets them by that."""
    ids: list[str] = body["deployment_ids"]
    await heard(unit, ids)
    limit, _ = paging.bounds({"limit": body.get("limit")})
    before = body.get("scheduled_before")
    before_us = _EVER_US if before is None else from_iso(before)
    found = await unit.all(sql.due_runs, ids=dumps(ids), before_us=before_us, limit=limit)
    return [rows.to_json(row, unit.now_us) for row in found]


async def heard(unit: Unit, deployment_ids: Iterable[str]) -> None:
    """Somebody asks for the runs of these deployments: they are ready, and stay so for a while."""
    ids = dumps(list(deployment_ids))
    for row in await unit.all(sql.polled_before, ids=ids, before_us=unit.now_us - FRESH_US):
        await unit.run(sql.deployment_polled, id=row["id"], now_us=unit.now_us)
        if row["status"] != "READY":
            await unit.emit("prefect.deployment.ready", row["id"], {"name": row["name"]})
