"""Operations on automations."""

from __future__ import annotations

from collections.abc import Mapping

from prefect._base.errors import NotFound
from prefect._core.triggers import buckets, model
from prefect._service import paging
from prefect._service.automations import rows, templates
from prefect._service.automations.rows import to_json
from prefect._service.automations.statements import ORDERS, TABLE, sql
from prefect._service.filtering import tables
from prefect._service.unit import Unit
from prefect._store.store import Row
from prefect._wire.operation import JsonObject

__all__ = [
    "count",
    "create",
    "delete",
    "delete_owned_by",
    "filter",
    "read",
    "replace",
    "related_to",
    "update",
    "validate_template",
]


async def create(unit: Unit, *, body: JsonObject) -> JsonObject:
    """Create an automation; it watches what happens from now on."""
    columns = {
        **rows.checked(unit, body),
        "id": unit.new_id(),
        "owner_resource": body.get("owner_resource"),
    }
    await unit.run(sql.automation_insert, now_us=unit.now_us, **columns)
    await _relate(unit, columns)
    await _begin(unit, columns)
    answer = to_json({**columns, "created_us": unit.now_us, "updated_us": unit.now_us})
    await _emit(unit, "created", answer)
    return answer


async def read(unit: Unit, *, id: str) -> JsonObject:
    return to_json(await _by_id(unit, id))


async def replace(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Everything of an automation anew, but its owner."""
    row = await _by_id(unit, id)
    columns = {**row, **rows.checked(unit, body)}
    changed = {
        key: value
        for key, value in columns.items()
        if key not in ("created_us", "updated_us", "owner_resource", "since")
    }
    await unit.run(sql.automation_replace, now_us=unit.now_us, **changed)
    await unit.run(sql.resources_delete, automation_id=id)
    await _relate(unit, columns)
    await _begin(unit, columns)
    await _emit(unit, "updated", to_json(await _by_id(unit, id)))


async def update(unit: Unit, *, id: str, body: JsonObject) -> None:
    """Switch an automation on or off."""
    enabled = int(body.get("enabled", True))
    row = await _by_id(unit, id)
    if await unit.run(sql.automation_enable, id=id, enabled=enabled, now_us=unit.now_us):
        await _begin(unit, {**row, "enabled": enabled})
        await _emit(unit, "updated", to_json(await _by_id(unit, id)))


async def delete(unit: Unit, *, id: str) -> None:
    row = await _by_id(unit, id)
    await unit.run(sql.automation_delete, id=id)
    await _emit(unit, "deleted", to_json(row))


async def filter(unit: Unit, *, body: JsonObject | None = None) -> list[JsonObject]:
    """The automations that a filter finds, a page of them."""
    body = body or {}
    limit, offset = paging.bounds(body)
    statement = sql.automation_filter.fill(
        where=tables.where("automations", TABLE, body),
        order=tables.order(ORDERS, body.get("sort"), "NAME_ASC"),
    )
    return [to_json(row) for row in await unit.all(statement, limit=limit, offset=offset)]


async def count(unit: Unit, *, body: JsonObject | None = None) -> int:
    """How many automations a filter finds."""
    row = await unit.one(sql.automation_count.fill(where=tables.where("automations", TABLE, body or {})))
    assert row is not None
    return row["found"]


async def related_to(unit: Unit, *, resource_id: str) -> list[JsonObject]:
    """The automations whose actions name a resource, or that it owns."""
    return [to_json(row) for row in await unit.all(sql.automations_related, resource_id=resource_id)]


async def delete_owned_by(unit: Unit, *, resource_id: str) -> None:
    """Remove the automations that a resource owns."""
    for row in await unit.all(sql.automations_owned, resource_id=resource_id):
        await unit.run(sql.automation_delete, id=row["id"])
        await _emit(unit, "deleted", to_json(row))


async def validate_template(unit: Unit, *, body: str | None = None) -> JsonObject | None:
    """What is wrong with a template, with the status 422; nothing if it is right."""
    found = templates.problem(body or "")
    unit.status = 204 if found is None else 422
    return found


async def _by_id(unit: Unit, id: str) -> Row:
    row = await unit.one(sql.automation_by_id, id=id)
    if row is None:
        raise NotFound("Automation")
    return row


async def _relate(unit: Unit, columns: Mapping[str, object]) -> None:
    about = [
        {"resource_id": each, "automation_id": columns["id"], "is_owner": 0}
        for each in sorted(rows.resources(dict(columns)))
    ]
    if columns["owner_resource"]:
        about.append(
            {"resource_id": columns["owner_resource"], "automation_id": columns["id"], "is_owner": 1}
        )
    if about:
        await unit.many(sql.resource_insert, about)


async def _begin(unit: Unit, columns: Row) -> None:
    """Its windows begin anew: absence is noticed from now on."""
    await unit.run(sql.buckets_delete, automation_id=columns["id"])
    if not columns["enabled"]:
        return
    for leaf, _ in model.leaves(model.parse(rows.trigger_of(columns))):
        bucket = buckets.first(leaf, unit.now_us)
        if bucket is not None:
            await unit.run(
                sql.bucket_write,
                automation_id=columns["id"],
                trigger_id=leaf.id,
                bucket_key="[]",
                start_us=bucket.start_us,
                end_us=bucket.end_us,
                events=0,
                body=None,
            )


async def _emit(unit: Unit, what: str, automation: JsonObject) -> None:
    body = {"name": automation["name"], "payload": automation}
    await unit.emit(f"prefect.automation.{what}", automation["id"], body)
