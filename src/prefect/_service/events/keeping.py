"""Keeping events: those that are told at once, those of the log as it is read on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prefect._base.clock import from_iso
from prefect._base.jsontext import dumps
from prefect._base.labels import RESOURCE_ID
from prefect._service.events import derive
from prefect._service.events.derive import sql
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

CURSOR = "events"


async def keep_told(unit: Unit, events: Sequence[JsonObject]) -> None:
    """Keep events that somebody tells, and enter them into the log; those that are known stay as they are."""
    fresh = {event["id"]: event for event in events}
    known = await unit.all(sql.events_known.fill(where=c.one_of("event.id", list(fresh))))
    for row in known:
        del fresh[row["id"]]
    await _insert(unit, fresh.values())
    await unit.many(
        sql.told_insert, [{"id": id, "now_us": unit.now_us, "topic": derive.TOLD} for id in fresh]
    )


async def read_on(unit: Unit, limit: int, oldest_us: int = 0) -> tuple[list[JsonObject], bool]:
    """Keep the events of up to `limit` further entries of the log; answers them, and whether there is more.

    Each entry is read once, by whoever comes first. Entries older than `oldest_us` are passed over.
    """
    await unit.run(sql.cursor_begin, name=CURSOR, now_us=unit.now_us)
    row = await unit.one(sql.cursor_take, name=CURSOR, now_us=unit.now_us)
    assert row is not None
    entries = await unit.all(sql.entries_after, after=row["position"], limit=limit)
    if not entries:
        return [], False
    if entries[0]["at_us"] < oldest_us:
        before = await unit.one(sql.entry_before, since_us=oldest_us)
        assert before is not None
        if before["seq"] > row["position"]:
            entries = await unit.all(sql.entries_after, after=before["seq"], limit=limit)
            if not entries:
                await unit.run(sql.cursor_move, name=CURSOR, position=before["seq"], now_us=unit.now_us)
                return [], False
    events = await derive.events_of(unit, entries)
    told = {entry["seq"] for entry in entries if entry["topic"] == derive.TOLD}
    await _insert(unit, [event for event in events if event["seq"] not in told])
    await unit.many(
        sql.event_numbered,
        [{"id": event["id"], "seq": event["seq"]} for event in events if event["seq"] in told],
    )
    await unit.run(sql.cursor_move, name=CURSOR, position=entries[-1]["seq"], now_us=unit.now_us)
    return events, len(entries) == limit


async def _insert(unit: Unit, events: Iterable[JsonObject]) -> None:
    rows: list[JsonObject] = []
    related: list[JsonObject] = []
    for event in events:
        rows.append(
            {
                "id": event["id"],
                "occurred_us": from_iso(event["occurred"]),
                "now_us": from_iso(event["received"]) if event.get("received") else unit.now_us,
                "event": event["event"],
                "resource_id": event["resource"][RESOURCE_ID],
                "resource": dumps(event["resource"]),
                "related": dumps(event.get("related") or []),
                "payload": dumps(event.get("payload") or {}),
                "follows": event.get("follows"),
                "seq": event.get("seq"),
            }
        )
        related.extend(
            {"resource_id": each[RESOURCE_ID], "event_id": event["id"]} for each in event.get("related") or ()
        )
    if rows:
        await unit.many(sql.event_insert, rows)
    if related:
        await unit.many(sql.event_related_insert, related)
