"""Backfills: the runs of a schedule that are missing in a range, made a few at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Conflict, Invalid, NotFound
from prefect._base.jsontext import dumps, loads
from prefect._core.schedule.reading import fires, read_text
from prefect._service.deployments import planned
from prefect._service.runs.changing import Changing
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__, "backfills.sql")
Row = Mapping[str, Any]
_set = Changing(sql.backfill_set)

RUNNING, PAUSED, COMPLETED, CANCELLED = "RUNNING", "PAUSED", "COMPLETED", "CANCELLED"
TOPIC = "deployment.backfill"
AT_ONCE = 10
# so many instants of the range are looked at in one round
PAGE = 200


async def create(unit: Unit, deployment: Row, schedules: list[Row], body: JsonObject) -> JsonObject:
    """Begin a backfill of the schedule that `body` names by id or slug; without, of the only one."""
    schedule = _chosen(schedules, body.get("schedule"))
    start_us, end_us = from_iso(body["start_time"]), from_iso(body["end_time"])
    if end_us < start_us:
        raise Invalid("end_time: the range ends before it begins.")
    id = unit.new_id()
    await unit.run(
        sql.backfill_insert,
        id=id,
        now_us=unit.now_us,
        deployment_id=deployment["id"],
        schedule_id=schedule["id"],
        start_us=start_us,
        end_us=end_us,
        mark_us=start_us - 1,
        at_once=body.get("at_once") or AT_ONCE,
        parameters=dumps(body.get("parameters") or {}),
    )
    await unit.emit(TOPIC, id)
    return await read(unit, deployment["id"], id)


async def of(unit: Unit, deployment_id: str) -> list[JsonObject]:
    """The backfills of a deployment, the newest first."""
    return [_json(row) for row in await unit.all(sql.backfills_of, deployment_id=deployment_id)]


async def read(unit: Unit, deployment_id: str, id: str) -> JsonObject:
    return _json(await _row(unit, deployment_id, id))


async def update(unit: Unit, deployment_id: str, id: str, body: JsonObject) -> JsonObject:
    """Change `status` (RUNNING, PAUSED, CANCELLED) or `at_once`. Runs that were made go on."""
    row = await _row(unit, deployment_id, id)
    changes = {key: body[key] for key in ("status", "at_once") if body.get(key) is not None}
    if changes.get("status") not in (None, row["status"]) and row["status"] in (COMPLETED, CANCELLED):
        raise Conflict(f"The backfill is {row['status']} and stays so.")
    if changes:
        await unit.run(_set(changes), id=id, now_us=unit.now_us, **changes)
        await unit.emit(TOPIC, id)
    return await read(unit, deployment_id, id)


async def go_on(unit: Unit, row: Row, deployment: Row, schedule: Row) -> int:
    """Make the next runs of a backfill, as many as there may be; how many that were."""
    counted = await unit.one(sql.open_runs, id=row["id"])
    free = row["at_once"] - (counted["found"] if counted else 0)
    if free <= 0:
        return 0
    known = read_text(schedule["schedule"])
    page = fires(known, row["mark_us"] + 1, until_us=row["end_us"], limit=PAGE)
    keys = {planned.key_at(schedule, at_us): at_us for at_us in page}
    taken_rows = await unit.all(planned.sql.keys_taken, flow_id=deployment["flow_id"], keys=dumps(list(keys)))
    taken = {found["idempotency_key"] for found in taken_rows}
    missing: list[int] = []
    mark_us, skipped = row["end_us"], 0
    for key, at_us in keys.items():
        if key in taken:
            skipped += 1
        elif len(missing) == free:
            mark_us = at_us - 1
            break
        else:
            missing.append(at_us)
    else:
        if len(page) == PAGE:
            mark_us = page[-1]
    made = planned.run_rows(unit, deployment, schedule, missing, loads(row["parameters"]), row["id"])
    await planned.insert(unit, made)
    changes: JsonObject = {
        "mark_us": mark_us,
        "created_runs": row["created_runs"] + len(missing),
        "skipped_runs": row["skipped_runs"] + skipped,
        "status": COMPLETED if mark_us >= row["end_us"] else RUNNING,
    }
    await unit.run(_set(changes), id=row["id"], now_us=unit.now_us, **changes)
    return len(missing)


def _chosen(schedules: list[Row], named: str | None) -> Row:
    found = [row for row in schedules if named is None or named in (row["id"], row["slug"])]
    if not found:
        raise NotFound(f"Schedule {named!r}" if named else "Schedule")
    if len(found) > 1:
        raise Invalid("schedule: the deployment has several; name one by its slug or id.")
    return found[0]


async def _row(unit: Unit, deployment_id: str, id: str) -> Row:
    row = await unit.one(sql.backfill_by_id, id=id, deployment_id=deployment_id)
    if row is None:
        raise NotFound(f"Backfill with id {id}")
    return row


def _json(row: Row) -> JsonObject:
    return {
        "id": row["id"],
        "created": to_iso(row["created_us"]),
        "updated": to_iso(row["updated_us"]),
        "deployment_id": row["deployment_id"],
        "schedule_id": row["schedule_id"],
        "start_time": to_iso(row["start_us"]),
        "end_time": to_iso(row["end_us"]),
        "at_once": row["at_once"],
        "parameters": loads(row["parameters"]),
        "status": row["status"],
        "created_runs": row["created_runs"],
        "skipped_runs": row["skipped_runs"],
    }
