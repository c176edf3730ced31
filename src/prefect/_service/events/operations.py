"""Operations on events."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from prefect._base import lazy
from prefect._base.clock import from_iso, to_iso
from prefect._base.errors import Forbidden, Invalid
from prefect._base.jsontext import dumps, loads
from prefect._base.labels import RESOURCE_NAME
from prefect._service.events import derive, filtering, keeping, task_runs
from prefect._service.events.derive import sql
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

MOST_EVENTS = 50
# entries of the log that a reader looks at itself where nobody has made events of them yet
MOST_UNREAD = 2_000
MOST_BUCKETS = 1_000
_UNITS_US = {
    "week": 604_800_000_000,
    "day": 86_400_000_000,
    "hour": 3_600_000_000,
    "minute": 60_000_000,
    "second": 1_000_000,
}


async def create(unit: Unit, *, body: list[JsonObject]) -> None:
    """Take what clients tell: states of task runs become those runs, other events are kept as they are.

    Telling an event again, under the same id, changes nothing.
    """
    transitions = [event for event in body if task_runs.is_transition(event)]
    others = [event for event in body if not task_runs.is_transition(event)]
    if transitions:
        await task_runs.record(unit, transitions)
    if others:
        await keeping.keep_told(unit, others)


async def filter(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    """The first page of the events that a filter finds."""
    body = body or {}
    limit = body.get("limit")
    limit = MOST_EVENTS if limit is None else limit
    if not 0 <= limit <= MOST_EVENTS:
        raise Invalid(f"Invalid limit: it is between 0 and {MOST_EVENTS}.")
    given: JsonObject = body.get("filter") or {}
    since_us, until_us = filtering.span(given, unit.now_us)
    # all pages are about the same span of time
    given = {**given, "occurred": {"since": to_iso(since_us), "until": to_iso(until_us or unit.now_us)}}
    return await _page(unit, given, limit, 0, None)


async def next_page(unit: Unit, *, page_token: str) -> JsonObject:
    """The page after another, by the token in its `next_page`."""
    try:
        told = loads(base64.urlsafe_b64decode(page_token.encode()))
        given, total, limit, offset = told["filter"], told["count"], told["page_size"], told["offset"]
        if not (isinstance(given, dict) and all(isinstance(each, int) for each in (total, limit, offset))):
            raise ValueError("not a token of ours")
    except (binascii.Error, ValueError, KeyError, TypeError) as wrong:
        raise Forbidden("The page token is not one that this server gave.") from wrong
    return await _page(unit, given, limit, offset, total)  # pyright: ignore[reportUnknownArgumentType]


async def _page(unit: Unit, given: JsonObject, limit: int, offset: int, total: int | None) -> JsonObject:
    where = filtering.where(given, unit.now_us)
    is_ascending = given.get("order") == "ASC"
    distinct = bool(filtering.part(given, "resource").get("distinct"))
    direction = "ASC" if is_ascending else "DESC"
    order = c.Text(f"event.occurred_us {direction}, event.id {direction}")
    unread = [] if distinct else await _unread(unit, given)
    read, count = (
        (sql.event_filter_distinct, sql.event_count_distinct)
        if distinct
        else (sql.event_filter, sql.event_count)
    )
    if unread:  # the pages of both together
        rows = await unit.all(read.fill(where=where, order=order), limit=offset + limit, offset=0)
        together = {event["id"]: event for event in unread} | {row["id"]: derive.to_json(row) for row in rows}
        in_order = sorted(together.values(), key=_place, reverse=not is_ascending)
        events = in_order[offset : offset + limit]
    else:
        rows = await unit.all(read.fill(where=where, order=order), limit=limit, offset=offset)
        events = [derive.to_json(row) for row in rows]
    if total is None:
        found = await unit.one(count.fill(where=where))
        assert found is not None
        total = found["found"] + len(unread)
    after = offset + limit
    token = None
    assert total is not None
    if total > after and events:
        told = {"filter": given, "count": total, "page_size": limit, "offset": after}
        token = base64.urlsafe_b64encode(dumps(told).encode()).decode()
    return {"events": events, "total": total, "next_page": token and _address(token)}


def _place(event: JsonObject) -> tuple[int, str]:
    return from_iso(event["occurred"]), event["id"]


async def _unread(unit: Unit, given: JsonObject) -> list[JsonObject]:
    """The events found among those that nobody has made of the log yet, the newest if there are many."""
    cursor = await unit.one(sql.cursor_position, name=keeping.CURSOR)
    after = cursor["position"] if cursor else 0
    entries = (await unit.all(sql.newest_entries, after=after, limit=MOST_UNREAD))[::-1]
    own = [entry for entry in entries if entry["topic"] != derive.TOLD]  # what was told is there already
    events = await derive.events_of(unit, own)
    found: list[JsonObject] = []
    for event in events:
        del event["seq"]
        if filtering.includes(given, event, unit.now_us):
            found.append(event)
    return found


def _address(token: str) -> str:
    base: str = settings.active()["api.url"] or _own_address()
    return f"{base.rstrip('/')}/events/filter/next?page-token={token}"


def _own_address() -> str:
    values = settings.active()
    return f"http://{values['server.api.host']}:{values['server.api.port']}/api"


async def count_by(unit: Unit, *, countable: str, body: JsonObject) -> list[JsonObject]:
    """How many events there are: of each span of time, of each name, or of each resource."""
    given: JsonObject = body.get("filter") or {}
    since_us, until_us = filtering.span(given, unit.now_us)
    end_us = unit.now_us if until_us is None else until_us
    where = filtering.where(given, unit.now_us)
    match countable:
        case "day":
            return await _by_time(unit, where, since_us, end_us, _UNITS_US["day"])
        case "time":
            interval = body.get("time_interval")
            interval = 1.0 if interval is None else float(interval)
            if interval < 0.01:
                raise Invalid("`time_interval` must be at least 0.01.")
            time_unit = body.get("time_unit") or "day"
            if time_unit not in _UNITS_US:
                raise Invalid(f"There is no time_unit {time_unit!r}: there are {', '.join(_UNITS_US)}.")
            return await _by_time(unit, where, since_us, end_us, round(_UNITS_US[time_unit] * interval))
        case "event":
            rows = await unit.all(sql.events_by_name.fill(where=where))
        case "resource":
            rows = await unit.all(sql.events_by_resource.fill(where=where))
        case _:
            raise Invalid(f"Events cannot be counted by {countable!r}: by day, time, event or resource.")
    return [
        {
            "value": row["value"],
            "label": _label(countable, row["label"]),
            "count": row["found"],
            "start_time": to_iso(row["first_us"]),
            "end_time": to_iso(row["last_us"]),
        }
        for row in rows
    ]


def _label(countable: str, text: str) -> str:
    if countable == "event":
        return text
    labels = loads(text)
    return labels.get(RESOURCE_NAME) or labels["prefect.resource.id"]


async def _by_time(unit: Unit, where: Any, since_us: int, end_us: int, span_us: int) -> list[JsonObject]:
    buckets = max(1, -(-(end_us - since_us) // span_us))
    if buckets > MOST_BUCKETS:
        raise Invalid(
            f"That makes {buckets} counts, more than the {MOST_BUCKETS} that are allowed: ask for longer"
            " intervals or for a shorter time."
        )
    statement = sql.events_by_bucket.fill(where=where)
    found = {
        row["bucket"]: row["found"] for row in await unit.all(statement, start_us=since_us, span_us=span_us)
    }
    counts: list[JsonObject] = []
    for index in range(buckets):
        start_us = since_us + index * span_us
        # what happened at the very end belongs to the last one
        last = found.get(index + 1, 0) if index == buckets - 1 else 0
        counts.append(
            {
                "value": str(index),
                "label": to_iso(start_us),
                "count": found.get(index, 0) + last,
                "start_time": to_iso(start_us),
                "end_time": to_iso(start_us + span_us),
            }
        )
    return counts
