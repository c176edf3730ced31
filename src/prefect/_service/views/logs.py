"""Lines of log by pages, in both directions, with search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps, loads
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._service.views import joined
from prefect._service.views.joined import sql
from prefect._service.views.pages import bounded_count
from prefect._store.sql import Part
from prefect._wire.operation import JsonObject


async def logs(unit: Unit, body: JsonObject) -> JsonObject:
    """Lines in the order of time. Without a cursor the newest are told, so that a page opens at the end.

    `first` and `last` are the cursors of both ends; `count` is there when no cursor was given. `has_more`
    tells of lines that are beyond the page in the direction that was read, of older ones if in both.
    """
    if not body.get("flow_run_id") and not body.get("task_run_id"):
        raise Invalid("Lines of log are asked for by `flow_run_id` or `task_run_id`.")
    where = c.every(_conditions(body))
    if body.get("around"):
        return await _around(unit, body)
    limit = body.get("limit", 200)
    after, before = body.get("after"), body.get("before")
    is_up = after is not None
    cursor = _place(after if is_up else before, ">" if is_up else "<")
    direction = "ASC" if is_up else "DESC"
    page = sql.log_page.fill(
        where=c.every((where, cursor)), order=c.Text(f"at_us {direction}, id {direction}")
    )
    rows = await unit.all(page, limit=limit + 1)
    has_more = len(rows) > limit
    rows = rows[:limit] if is_up else rows[:limit][::-1]
    tasks = await joined.by_id(unit, sql.task_names, (row["task_run_id"] for row in rows))
    return {
        "rows": [
            {
                "id": row["id"],
                "at": to_iso(row["at_us"]),
                "level": row["level"],
                "name": row["name"],
                "message": row["message"],
                "task": joined.named(tasks, row["task_run_id"]),
            }
            for row in rows
        ],
        "first": _cursor(rows[0]) if rows else before,
        "last": _cursor(rows[-1]) if rows else after,
        "has_more": has_more,
        "count": await bounded_count(unit, sql.log_count, where)
        if after is None and before is None
        else None,
    }


async def _around(unit: Unit, body: JsonObject) -> JsonObject:
    """The page in the middle of which a line stands; the newest one where there is no such line."""
    plain = {key: value for key, value in body.items() if key != "around"}
    line = await unit.one(sql.log_place, id=body["around"])
    if line is None:
        return await logs(unit, plain)
    half = max(1, body.get("limit", 200) // 2)
    place = _cursor({"at_us": line["at_us"], "id": ""})
    older = await logs(unit, {**plain, "limit": half, "before": place, "after": None})
    newer = await logs(unit, {**plain, "limit": half, "after": place, "before": None})
    where = c.every(_conditions(body))
    return {
        "rows": older["rows"] + newer["rows"],
        "first": older["first"],
        "last": newer["last"],
        "has_more": older["has_more"],
        "count": await bounded_count(unit, sql.log_count, where),
    }


def _conditions(body: JsonObject) -> Iterator[Part]:
    for key in ("flow_run_id", "task_run_id"):
        if body.get(key):
            yield c.compared(key, "=", body[key])
    if body.get("level_from"):
        yield c.compared("level", ">=", body["level_from"])
    if body.get("level_to", 100) < 100:
        yield c.compared("level", "<=", body["level_to"])
    if body.get("text"):
        yield c.contains("message", body["text"])
    if body.get("logger"):
        yield c.contains("name", body["logger"])


def _cursor(row: Any) -> str:
    return dumps([row["at_us"], row["id"]])


def _place(cursor: str | None, sign: str) -> Part:
    if cursor is None:
        return c.ALWAYS
    try:
        at_us, id = loads(cursor)
    except (TypeError, ValueError) as wrong:
        raise Invalid(f"{cursor!r} is no place in the log.") from wrong
    tied = c.every((c.compared("at_us", "=", at_us), c.compared("id", sign, id)))
    return c.some((c.compared("at_us", sign, at_us), tied))
