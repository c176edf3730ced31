"""Events for those who listen: what is new in the log, and what was there before they came."""

from __future__ import annotations

from prefect._service.events import derive, filtering, keeping
from prefect._service.events.derive import sql
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

MOST_ENTRIES = 1_000


async def position(unit: Unit) -> int:
    """The number of the newest entry of the log."""
    row = await unit.one(sql.newest_entry)
    assert row is not None
    return row["seq"]


async def news(unit: Unit, after: int) -> tuple[list[JsonObject], int]:
    """The events of the entries after one, a piece of them, and up to where that goes."""
    entries = await unit.all(sql.entries_after, after=after, limit=MOST_ENTRIES)
    if not entries:
        return [], after
    events = await derive.events_of(unit, entries)
    for event in events:
        del event["seq"]
    return events, entries[-1]["seq"]


async def stored(unit: Unit, given: JsonObject, offset: int, limit: int) -> list[JsonObject]:
    """A page of the events that a filter finds among those that are stored, the oldest first."""
    order = c.Text("event.occurred_us ASC, event.id ASC")
    where = filtering.where(given, unit.now_us)
    rows = await unit.all(sql.event_filter.fill(where=where, order=order), limit=limit, offset=offset)
    return [derive.to_json(row) for row in rows]


async def unread(unit: Unit, given: JsonObject) -> list[JsonObject]:
    """The events that a filter finds among those that nobody has made of the log yet."""
    cursor = await unit.one(sql.cursor_position, name=keeping.CURSOR)
    events, _ = await news(unit, cursor["position"] if cursor else 0)
    return [event for event in events if filtering.includes(given, event, unit.now_us, is_open=True)]
