"""What an automation would have done: its trigger over the events of the last hours."""

from __future__ import annotations

from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Invalid
from prefect._core.triggers import model
from prefect._core.triggers.model import Happening
from prefect._core.triggers.replay import replay
from prefect._service.events import derive
from prefect._service.unit import Unit
from prefect._service.views.joined import sql
from prefect._wire.operation import JsonObject

HOUR_US = 3_600 * 1_000_000
# of more events only the newest are looked at
MOST_EVENTS = 20_000
MOST_FIRINGS = 100


async def rehearse(unit: Unit, body: JsonObject) -> JsonObject:
    """When the trigger of `body` would have fired. Raises `Invalid` for what is no trigger."""
    try:
        trigger = model.identified(model.parse(body["trigger"]), unit.new_id)
    except (ValueError, TypeError) as wrong:
        raise Invalid(str(wrong)) from wrong
    since_us = unit.now_us - int(body.get("hours", 24) * HOUR_US)
    rows = await unit.all(sql.events_since, since=since_us, until=unit.now_us, limit=MOST_EVENTS + 1)
    is_cut = len(rows) > MOST_EVENTS
    events = [_happening(derive.to_json(row)) for row in rows[:MOST_EVENTS][::-1]]
    if is_cut:
        since_us = events[0].at_us
    told = replay(trigger, events, since_us, unit.now_us, MOST_FIRINGS)
    return {
        "since": to_iso(since_us),
        "until": to_iso(unit.now_us),
        "events": len(events),
        "counted": told.counted,
        "firings": [
            {"at": to_iso(each.at_us), "event": each.event, "labels": each.labels} for each in told.firings
        ],
        "has_more_events": is_cut,
        "has_more_firings": told.is_cut,
    }


def _happening(event: JsonObject) -> Happening:
    return Happening(
        event["id"],
        event["event"],
        from_iso(event["occurred"]),
        event["resource"],
        tuple(event["related"]),
        event,
    )
