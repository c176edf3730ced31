"""When a schedule that is being written would fire."""

from __future__ import annotations

from prefect._base.clock import to_datetime
from prefect._base.errors import Invalid
from prefect._core.schedule import reading, walls
from prefect._service.runs.values import instant
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject


async def preview(unit: Unit, body: JsonObject) -> JsonObject:
    """The next instants, each with the offset of the schedule's zone: where it changes, clocks are moved."""
    asked = body["schedule"]
    try:
        schedule = reading.read(asked)
        zone = walls.zone(asked.get("timezone"))
    except (TypeError, ValueError) as wrong:
        raise Invalid(str(wrong)) from wrong
    times: list[JsonObject] = []
    for at_us in reading.fires(schedule, unit.now_us, limit=body.get("limit", 10)):
        offset = to_datetime(at_us).astimezone(zone).utcoffset()
        times.append({"at": instant(at_us), "offset_s": int(offset.total_seconds()) if offset else 0})
    return {"times": times}
