"""The concurrency limits of deployments: one of their own, ``deployment:<id>``, or one that they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect._base.errors import NotFound
from prefect._base.jsontext import dumps
from prefect._service.concurrency_limits import operations, rows
from prefect._service.concurrency_limits.statements import sql
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]
OWN = "deployment:"


async def of(unit: Unit, deployments: Sequence[Row]) -> dict[str, JsonObject]:
    """The limits of some deployments, by the ids of those."""
    wanted = {row["id"]: row["global_concurrency_limit_id"] for row in deployments}
    ids = sorted({limit_id for limit_id in wanted.values() if limit_id is not None})
    if not ids:
        return {}
    found = {row["id"]: row for row in await unit.all(sql.limits_by_id, ids=dumps(ids))}
    return {
        id: rows.answer(found[limit_id], unit.now_us) for id, limit_id in wanted.items() if limit_id in found
    }


async def change(unit: Unit, deployment_id: str, body: JsonObject) -> JsonObject:
    """Make the limit what `body` says of it; the columns of the deployment that change with it.

    A number is the limit of an own one; null takes that away. Raises `NotFound` for a shared one that does
    not exist.
    """
    shared = body.get("global_concurrency_limit_id")
    if shared is not None:
        if await unit.one(sql.limit_by_id, id=shared) is None:
            raise NotFound("Concurrency limit")
        await remove_own(unit, deployment_id)
        return {"global_concurrency_limit_id": shared}
    if "concurrency_limit" not in body:
        return {}
    wanted = body["concurrency_limit"]
    if wanted is None:
        await remove_own(unit, deployment_id)
        return {"global_concurrency_limit_id": None}
    own = await unit.one(sql.limit_by_name, name=OWN + deployment_id)
    if own is None:
        made = await operations.create(unit, body={"name": OWN + deployment_id, "limit": wanted})
        return {"global_concurrency_limit_id": made["id"]}
    await operations.change(unit, own, {"limit": wanted})
    return {"global_concurrency_limit_id": own["id"]}


async def remove_own(unit: Unit, deployment_id: str) -> None:
    """Remove the deployment's own limit, if it has one; a shared one stays."""
    own = await unit.one(sql.limit_by_name, name=OWN + deployment_id)
    if own is not None:
        await operations.remove(unit, own)
