"""Lines of log for those who listen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import from_iso
from prefect._base.terms import found_in
from prefect._service.logs.operations import to_json
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

sql = Queries(__file__, "streaming.sql")

MOST_LINES = 50_000
# lines that arrive later than this after they were made are not told live
LATE_US = 10_000_000


def first_id(at_us: int) -> str:
    """The least id that a line made at that instant can have."""
    text = f"{(at_us // 1000) << 16 | 0x7000:016x}8000000000000000"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


async def recent(unit: Unit) -> list[JsonObject]:
    """The lines of the last seconds."""
    since = first_id(unit.now_us - LATE_US)
    rows = await unit.all(sql.lines_from, since=since, limit=MOST_LINES)
    return [{**to_json(row), "created": None, "updated": None} for row in rows]


def includes(given: Mapping[str, Any], line: JsonObject) -> bool:
    """Whether a filter of logs finds a line."""
    level, at = _part(given, "level"), _part(given, "timestamp")
    at_us = from_iso(line["timestamp"])
    if level.get("ge_") is not None and line["level"] < level["ge_"]:
        return False
    if level.get("le_") is not None and line["level"] > level["le_"]:
        return False
    if at.get("after_") is not None and at_us < from_iso(at["after_"]):
        return False
    if at.get("before_") is not None and at_us > from_iso(at["before_"]):
        return False
    for key in ("flow_run_id", "task_run_id"):
        asked = _part(given, key)
        if asked.get("any_") is not None and line[key] not in asked["any_"]:
            return False
        if asked.get("is_null_") is not None and (line[key] is None) != asked["is_null_"]:
            return False
    query = _part(given, "text").get("query")
    return not query or found_in(query, f"{line['message']}\n{line['name']}")


def _part(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = given.get(key)
    return {} if found is None else found
