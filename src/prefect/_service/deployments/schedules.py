"""The schedules of a deployment, and what becomes of them when it is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base.errors import AlreadyExists, Invalid, StoreConstraint
from prefect._base.jsontext import dumps
from prefect._service.deployments.statements import sql
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

Row = Mapping[str, Any]
_set = Changing(sql.schedule_set)


async def of(unit: Unit, deployment_ids: Iterable[str]) -> dict[str, list[Row]]:
    """The schedules of each of the deployments."""
    found: dict[str, list[Row]] = {id: [] for id in deployment_ids}
    for row in await unit.all(sql.schedules_of, ids=dumps(list(found))):
        found[row["deployment_id"]].append(row)
    return found


async def replace(unit: Unit, deployment_id: str, bodies: list[JsonObject]) -> None:
    """Let the deployment have these schedules and no other."""
    await unit.run(sql.schedules_delete, deployment_id=deployment_id)
    for body in bodies:
        await _insert(unit, deployment_id, body)


async def change(unit: Unit, deployment_id: str, bodies: list[JsonObject]) -> None:
    """Change, by their slugs, the schedules that are there and add the others.

    A deployment of which no schedule has a slug gets the new ones in their place.
    """
    if not bodies:
        return
    existing = (await of(unit, [deployment_id]))[deployment_id]
    by_slug = {row["slug"]: row for row in existing if row["slug"]}
    if not by_slug:
        await replace(unit, deployment_id, bodies)
        return
    if any(not body.get("slug") for body in bodies):
        raise Invalid("Give a slug for each schedule, so that it is clear which of them are to be changed.")
    for body in bodies:
        row = by_slug.get(body.get("replaces") or body["slug"]) or by_slug.get(body["slug"])
        if row is None:
            await _insert(unit, deployment_id, body)
        else:
            await _update(unit, row["id"], body)


async def _insert(unit: Unit, deployment_id: str, body: JsonObject) -> None:
    if not body.get("schedule"):
        raise Invalid(f"The schedule {body.get('slug')!r} is new and needs a value for 'schedule'.")
    active = body.get("active")
    try:
        await unit.run(
            sql.schedule_insert,
            id=unit.new_id(),
            now_us=unit.now_us,
            deployment_id=deployment_id,
            slug=body.get("slug"),
            schedule=dumps(body["schedule"]),
            active=int(True if active is None else active),
            max_scheduled_runs=body.get("max_scheduled_runs"),
            parameters=dumps(body.get("parameters") or {}),
        )
    except StoreConstraint as error:
        raise AlreadyExists(f"A schedule {body.get('slug')!r} of this deployment") from error


async def _update(unit: Unit, id: str, body: JsonObject) -> None:
    changes: JsonObject = {"slug": body["slug"]}
    if body.get("schedule"):
        changes["schedule"] = dumps(body["schedule"])
    if body.get("active") is not None:
        changes["active"] = int(body["active"])
    if body.get("max_scheduled_runs") is not None:
        changes["max_scheduled_runs"] = body["max_scheduled_runs"]
    if "parameters" in body:
        changes["parameters"] = dumps(body["parameters"] or {})
    await unit.run(_set(changes), id=id, now_us=unit.now_us, **changes)
