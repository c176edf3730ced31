"""The schedules of deployments as rows: reading, adding, changing and removing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.errors import AlreadyExists, Invalid, NotFound, StoreConstraint
from prefect._base.jsontext import dumps, loads
from prefect._core.redeploy import SCHEDULE_DEFAULTS, ScheduleStep
from prefect._core.schedule.reading import read
from prefect._service.deployments import planned
from prefect._service.deployments.statements import sql
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")
Row = Mapping[str, Any]
_set = Changing(sql.schedule_set)
# fields that are set when they are given; null leaves them as they are
_SETTABLE = ("active", "schedule", "max_scheduled_runs", "parameters", "catch_up", "overlap", "slug")


async def of(unit: Unit, deployment_ids: Iterable[str]) -> dict[str, list[Row]]:
    """The schedules of each of the deployments."""
    found: dict[str, list[Row]] = {id: [] for id in deployment_ids}
    for row in await unit.all(sql.schedules_of, ids=dumps(list(found))):
        found[row["deployment_id"]].append(row)
    return found


async def of_one(unit: Unit, deployment_id: str) -> list[Row]:
    return (await of(unit, [deployment_id]))[deployment_id]


async def find(unit: Unit, deployment_id: str, schedule_id: str) -> Row:
    """The schedule of that id; raises `NotFound` if the deployment has none such."""
    row = await unit.one(sql.schedule_by_id, id=schedule_id, deployment_id=deployment_id)
    if row is None:
        raise NotFound("Schedule")
    return row


async def carry_out(unit: Unit, deployment_id: str, steps: Iterable[ScheduleStep]) -> set[str]:
    """Do what a plan of deploying says about the schedules; the ids of those that changed."""
    changed: set[str] = set()
    todo = list(steps)
    for step in todo:
        if step.id is not None and step.values is None:
            await remove(unit, step.id)
    existing = {row["id"]: row for row in await of_one(unit, deployment_id)}
    for step in todo:
        if step.values is None:
            continue
        if step.id is None:
            changed.add(await insert(unit, deployment_id, step.values))
        elif await update(unit, existing[step.id], {"slug": None, **step.values}, is_whole=True):
            changed.add(step.id)
    return changed


async def change(unit: Unit, deployment_id: str, bodies: list[JsonObject]) -> set[str]:
    """Change, by their slugs, the schedules that are there and add the others; the ids of what changed.

    A deployment of which no schedule has a slug gets the new ones in their place.
    """
    if not bodies:
        return set()
    existing = await of_one(unit, deployment_id)
    by_slug = {row["slug"]: row for row in existing if row["slug"]}
    if not by_slug:
        for row in existing:
            await remove(unit, row["id"])
        return {await insert(unit, deployment_id, body) for body in bodies}
    if any(not body.get("slug") for body in bodies):
        raise Invalid("Give a slug for each schedule, so that it is clear which of them are to be changed.")
    changed: set[str] = set()
    for body in bodies:
        row = by_slug.get(body.get("replaces") or body["slug"]) or by_slug.get(body["slug"])
        if row is None:
            changed.add(await insert(unit, deployment_id, body))
        elif await update(unit, row, body):
            changed.add(row["id"])
    return changed


async def insert(unit: Unit, deployment_id: str, body: JsonObject) -> str:
    """A new schedule; its id. It is planned by whoever changes the deployment."""
    if not body.get("schedule"):
        raise Invalid(f"The schedule {body.get('slug')!r} is new and needs a value for 'schedule'.")
    given = {**SCHEDULE_DEFAULTS, **{key: value for key, value in body.items() if value is not None}}
    _check(given)
    id = unit.new_id()
    taken = {row["fire_name"] for row in await of_one(unit, deployment_id)}
    try:
        await unit.run(
            sql.schedule_insert,
            id=id,
            now_us=unit.now_us,
            deployment_id=deployment_id,
            slug=body.get("slug"),
            schedule=dumps(given["schedule"]),
            active=int(given["active"]),
            max_scheduled_runs=given["max_scheduled_runs"],
            parameters=dumps(given["parameters"]),
            catch_up=given["catch_up"],
            catch_up_window_s=given["catch_up_window"],
            overlap=given["overlap"],
            fire_name=_fire_name(body.get("slug"), taken),
            mark_us=unit.now_us - 1,
        )
    except StoreConstraint as error:
        raise AlreadyExists(f"A schedule {body.get('slug')!r} of this deployment") from error
    return id


async def update(unit: Unit, row: Row, body: JsonObject, *, is_whole: bool = False) -> bool:
    """Change what `body` gives; whether anything differs from before.

    A `whole` body also takes away what it gives as null.
    """
    _check(body)
    changes: JsonObject = {}
    for key in _SETTABLE:
        if key not in body or (body[key] is None and not is_whole):
            continue
        value = body[key]
        if key in ("schedule", "parameters"):
            if (value or {}) == loads(row[key]):
                continue
            value = dumps(value or {})
        elif key == "active":
            value = int(value)
        if value != row[key]:
            changes[key] = value
    window_s = body.get("catch_up_window", None if is_whole else row["catch_up_window_s"])
    if window_s != row["catch_up_window_s"]:
        changes["catch_up_window_s"] = window_s
    if not changes:
        return False
    try:
        await unit.run(_set(changes), id=row["id"], now_us=unit.now_us, **changes)
    except StoreConstraint as error:
        raise AlreadyExists(f"A schedule {body.get('slug')!r} of this deployment") from error
    return True


async def remove(unit: Unit, id: str) -> None:
    """Remove a schedule with the runs that it made ahead, also the overdue ones."""
    await planned.withdraw(unit, id)
    await unit.run(sql.schedule_delete, id=id)


def _check(body: JsonObject) -> None:
    """Raise `Invalid` for a schedule that cannot be planned."""
    try:
        if body.get("schedule"):
            read(body["schedule"])
    except (TypeError, ValueError) as wrong:
        raise Invalid(str(wrong)) from wrong
    most: int = settings.active()["server.deployment_schedule_max_scheduled_runs"]
    if (body.get("max_scheduled_runs") or 0) > most:
        raise Invalid(f"max_scheduled_runs: at most {most} runs may be scheduled ahead.")


def _fire_name(slug: str | None, taken: set[str]) -> str:
    """A name for the schedule's runs that no other schedule of the deployment has."""
    candidates = [slug] if slug else []
    number = 0
    while True:
        for candidate in candidates:
            if candidate not in taken:
                return candidate
        candidates = [f"{slug or ''}#{number}"]
        number += 1
