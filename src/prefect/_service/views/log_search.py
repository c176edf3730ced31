"""Searching a log by a pattern, and the lines around what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prefect._base.errors import Invalid
from prefect._base.jsontext import dumps, loads
from prefect._service.filtering import conditions as c
from prefect._service.unit import Unit
from prefect._service.views.joined import sql
from prefect._service.views.patterns import Pattern
from prefect._store.sql import Part
from prefect._wire.operation import JsonObject

Row = dict[str, Any]

# so many lines are looked at for one answer; the next one goes on where it ended
LOOKED_AT = 20_000
BATCH = 2_000
# of a line that is longer only the beginning is searched
SEARCHED = 4_000


def cursor(row: Any) -> str:
    return dumps([row["at_us"], row["id"]])


def place(text: str | None, sign: str) -> Part:
    """The condition of lines on one side of a cursor; raises `Invalid`."""
    if text is None:
        return c.ALWAYS
    try:
        at_us, id = loads(text)
    except (TypeError, ValueError) as wrong:
        raise Invalid(f"{text!r} is no place in the log.") from wrong
    tied = c.every((c.compared("at_us", "=", at_us), c.compared("id", sign, id)))
    return c.some((c.compared("at_us", sign, at_us), tied))


async def page(unit: Unit, where: Part, at: str | None, limit: int, *, is_up: bool) -> list[Row]:
    """Lines after or before a cursor, in the direction that is read."""
    direction = "ASC" if is_up else "DESC"
    order = c.Text(f"at_us {direction}, id {direction}")
    wanted = c.every((where, place(at, ">" if is_up else "<")))
    return await unit.all(sql.log_page.fill(where=wanted, order=order), limit=limit)


@dataclass(slots=True)
class Found:
    """Lines that a pattern found; `begin` and `end` are the places between which was looked."""

    rows: list[Row]
    begin: str | None
    end: str | None
    has_more: bool = True


async def matching(
    unit: Unit, where: Part, pattern: Pattern, at: str | None, limit: int, *, is_up: bool
) -> Found:
    """Lines that a pattern finds after or before a cursor, in the direction that is read."""
    found = Found([], at, at)
    for _ in range(LOOKED_AT // BATCH):
        rows = await page(unit, where, found.end, BATCH, is_up=is_up)
        for row in rows:
            found.end = cursor(row)
            found.begin = found.begin or found.end
            if pattern.search(row["message"][:SEARCHED]):
                found.rows.append(row)
                if len(found.rows) == limit:
                    return found
        if len(rows) < BATCH:
            found.has_more = False
            break
    return found


async def count(unit: Unit, where: Part, pattern: Pattern) -> JsonObject:
    """How many lines a pattern finds among the newest; exact where that is all of them."""
    found = await matching(unit, where, pattern, None, LOOKED_AT + 1, is_up=False)
    return {"value": len(found.rows), "is_exact": not found.has_more}


async def surrounded(unit: Unit, where: Part, hits: Sequence[Row], around: int) -> list[Row]:
    """Hits in the order of time with so many lines before and after each, every line once.

    `hit` tells which they are, `gap` that lines are left out before this one. `where` is the log that the
    lines around are taken from.
    """
    told: list[Row] = []
    known: dict[str, int] = {}
    follows: str | None = None
    for hit in hits:
        before = (await page(unit, where, cursor(hit), around, is_up=False))[::-1]
        after = await page(unit, where, cursor(hit), around + 1, is_up=True)
        window = [*before, hit, *after[:around]]
        fresh = [row for row in window if row["id"] not in known]
        is_joined = len(fresh) < len(window) or window[0]["id"] == follows
        for number, row in enumerate(fresh):
            known[row["id"]] = len(told)
            told.append({**row, "hit": False, "gap": number == 0 and not is_joined and bool(told)})
        told[known[hit["id"]]]["hit"] = True
        follows = after[around]["id"] if len(after) > around else None
    return told
