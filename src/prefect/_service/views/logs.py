"""Lines of log by pages, in both directions, with search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._service.views import joined, patterns
from prefect._service.views import log_search as search
from prefect._service.views.joined import sql
from prefect._service.views.pages import bounded_count
from prefect._store.sql import Part
from prefect._wire.operation import JsonObject

# each line that is found costs two questions for those around it
MOST_SURROUNDED = 50


async def logs(unit: Unit, body: JsonObject) -> JsonObject:
    """Lines in the order of time. Without a cursor the newest are told, so that a page opens at the end.

    `first` and `last` are the cursors of both ends; `count` is there when no cursor was given. `has_more`
    tells of lines that are beyond the page in the direction that was read, of older ones if in both. A page
    that is read by a pattern may have no lines although there are more: it tells where to go on.
    """
    if not body.get("flow_run_id") and not body.get("task_run_id"):
        raise Invalid("Lines of log are asked for by `flow_run_id` or `task_run_id`.")
    where = c.every(_conditions(body))
    if body.get("around"):
        return await _around(unit, body)
    around = body.get("context", 0)
    limit = min(body.get("limit", 200), MOST_SURROUNDED) if around else body.get("limit", 200)
    after, before = body.get("after"), body.get("before")
    is_up = after is not None
    at = after if is_up else before
    if body.get("pattern"):
        pattern = patterns.compiled(body["pattern"])
        found = await search.matching(unit, where, pattern, at, limit, is_up=is_up)
        rows, begin, end, has_more = found.rows, found.begin, found.end, found.has_more
    else:
        rows = await search.page(unit, where, at, limit + 1, is_up=is_up)
        has_more = len(rows) > limit
        rows = rows[:limit]
        begin = search.cursor(rows[0]) if rows else at
        end = search.cursor(rows[-1]) if rows else at
    rows = rows if is_up else rows[::-1]
    if around:
        rows = await search.surrounded(unit, c.every(_log(body)), rows, around)
    return {
        "rows": await _told(unit, rows),
        "first": begin if is_up else end,
        "last": end if is_up else begin,
        "has_more": has_more,
        "count": await _count(unit, body, where) if after is None and before is None else None,
    }


async def _told(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> list[JsonObject]:
    tasks = await joined.by_id(unit, sql.task_names, (row["task_run_id"] for row in rows))
    return [
        {
            "id": row["id"],
            "at": to_iso(row["at_us"]),
            "level": row["level"],
            "name": row["name"],
            "message": row["message"],
            "task": joined.named(tasks, row["task_run_id"]),
            "hit": row.get("hit", True),
            "gap": row.get("gap", False),
        }
        for row in rows
    ]


async def _count(unit: Unit, body: JsonObject, where: Part) -> JsonObject:
    if body.get("pattern"):
        return await search.count(unit, where, patterns.compiled(body["pattern"]))
    return await bounded_count(unit, sql.log_count, where)


async def _around(unit: Unit, body: JsonObject) -> JsonObject:
    """The page in the middle of which a line stands; the newest one where there is no such line."""
    plain = {key: value for key, value in body.items() if key != "around"}
    line = await unit.one(sql.log_place, id=body["around"])
    if line is None:
        return await logs(unit, plain)
    half = max(1, body.get("limit", 200) // 2)
    place = search.cursor({"at_us": line["at_us"], "id": ""})
    older = await logs(unit, {**plain, "limit": half, "before": place, "after": None})
    newer = await logs(unit, {**plain, "limit": half, "after": place, "before": None})
    where = c.every(_conditions(body))
    return {
        "rows": older["rows"] + newer["rows"],
        "first": older["first"],
        "last": newer["last"],
        "has_more": older["has_more"],
        "count": await _count(unit, body, where),
    }


def _log(body: JsonObject) -> Iterator[Part]:
    for key in ("flow_run_id", "task_run_id"):
        if body.get(key):
            yield c.compared(key, "=", body[key])


def _conditions(body: JsonObject) -> Iterator[Part]:
    yield from _log(body)
    if body.get("level_from"):
        yield c.compared("level", ">=", body["level_from"])
    if body.get("level_to", 100) < 100:
        yield c.compared("level", "<=", body["level_to"])
    if body.get("text"):
        yield c.contains("message", body["text"])
    if body.get("logger"):
        yield c.contains("name", body["logger"])
