"""The lists of flow runs and task runs, and the chart above them."""

from __future__ import annotations

from collections.abc import Iterator

from prefect._base.clock import from_iso, to_iso
from prefect._base.jsontext import dumps
from prefect._service.filtering import conditions as c
from prefect._service.filtering import tables, ways
from prefect._service.runs.values import run_time_s
from prefect._service.unit import Unit
from prefect._service.views import joined
from prefect._service.views.joined import sql
from prefect._service.views.pages import Cursor, Orders, bounded_count
from prefect._store.sql import Part, Statement
from prefect._wire.operation import JsonObject

_START = "coalesce(start_us, expected_start_us)"
FLOW_RUN_ORDERS: Orders = {
    "START_DESC": (_START, True),
    "START_ASC": (_START, False),
    "NAME_ASC": ("name", False),
    "DURATION_DESC": ("total_run_us", True),
}
TASK_RUN_ORDERS: Orders = {
    "START_DESC": (_START, True),
    "START_ASC": (_START, False),
    "NAME_ASC": ("name", False),
}
_INDEXES = {
    "flow_runs": {
        "START_DESC": "flow_run_overview",
        "START_ASC": "flow_run_overview",
        "NAME_ASC": "flow_run_by_name",
        "DURATION_DESC": "flow_run_by_duration",
    },
    "task_runs": {
        "START_DESC": "task_run_by_start",
        "START_ASC": "task_run_by_start",
        "NAME_ASC": "task_run_by_name",
    },
}
# so many runs are drawn as single points
POINTS = 2_000


def _flow_runs_where(body: JsonObject) -> Part:
    return c.every((tables.where("flow_runs", tables.FLOW_RUNS, body), *_more(body)))


def _more(body: JsonObject) -> Iterator[Part]:
    """What the filters of the API cannot say."""
    if body.get("without_tags"):
        yield c.Within("NOT {}", c.has_any("flow_run.tags", body["without_tags"]))
    if body.get("longer_than"):
        yield c.compared("flow_run.total_run_us", ">=", int(body["longer_than"] * 1_000_000))
    if body.get("queues"):
        yield c.one_of("flow_run.work_queue_name", body["queues"])
    if body.get("created_by"):
        yield c.contains("flow_run.created_by", f'"display_value":"{dumps(body["created_by"])[1:-1]}')
    for name, value in body.get("parameters", {}).items():
        # parameters are kept as JSON without blanks: a value ends with a comma or with the object
        pair = f"{dumps(name)}:{dumps(value)}"
        column = "flow_run.parameters"
        yield c.some((c.contains(column, f"{pair},"), c.contains(column, pair + "}")))


async def flow_runs(unit: Unit, body: JsonObject) -> JsonObject:
    """A page of flow runs, joined with what belongs to them."""
    order = body.get("sort", "START_DESC")
    limit = body.get("limit", 50)
    cursor = Cursor(FLOW_RUN_ORDERS, order)
    where = _flow_runs_where(body)
    way = await ways.flow_runs(unit, body, where, cursor.order, _INDEXES["flow_runs"][order])
    after = cursor.after(body.get("after"))
    page = sql.flow_run_page.fill(where=way.where, by=way.by, after=after, order=way.order)
    rows = await unit.all(page, limit=limit + 1)
    shown = rows[:limit]
    keys = {"NAME_ASC": "name", "DURATION_DESC": "total_run_us"}
    following = None
    if len(rows) > limit:
        last = shown[-1]
        begun = last["expected_start_us"] if last["start_us"] is None else last["start_us"]
        following = Cursor.of(last[keys[order]] if order in keys else begun, last["id"])
    return {
        "rows": await joined.flow_runs(unit, shown),
        "next": following,
        "count": await _counted(unit, sql.flow_run_count, body, way),
    }


async def task_runs(unit: Unit, body: JsonObject) -> JsonObject:
    """A page of task runs, joined with what belongs to them."""
    order = body.get("sort", "START_DESC")
    limit = body.get("limit", 50)
    cursor = Cursor(TASK_RUN_ORDERS, order)
    where = tables.where("task_runs", tables.TASK_RUNS, body)
    way = await ways.task_runs(unit, body, where, cursor.order, _INDEXES["task_runs"][order])
    after = cursor.after(body.get("after"))
    page = sql.task_run_page.fill(where=way.where, by=way.by, after=after, order=way.order)
    rows = await unit.all(page, limit=limit + 1)
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        last = shown[-1]
        begun = last["expected_start_us"] if last["start_us"] is None else last["start_us"]
        following = Cursor.of(last["name"] if order == "NAME_ASC" else begun, last["id"])
    return {
        "rows": await joined.task_runs(unit, shown),
        "next": following,
        "count": await _counted(unit, sql.task_run_count, body, way),
    }


async def _counted(unit: Unit, statement: Statement, body: JsonObject, way: ways.Way) -> JsonObject | None:
    """How many runs there are on all pages; asked with the first."""
    if body.get("after") is not None:
        return None
    if way.found is not None:
        return {"value": way.found, "is_exact": True}
    return await bounded_count(unit, statement, way.where)


async def histogram(unit: Unit, body: JsonObject) -> JsonObject:
    """Flow runs over time, each as ``[id, name, state type, start, seconds]``; counted where there are many.

    A cell is ``[column, magnitude of duration, state type, count]``; magnitudes end at 1 s, 10 s, 1 min,
    10 min, 1 h. `width` is the width of a column in seconds.
    """
    since, until = from_iso(body["since"]), from_iso(body["until"])
    columns = body.get("columns", 120)
    where = _flow_runs_where(body)
    span = {"since": since, "until": until}
    row = await unit.one(sql.histogram_count.fill(where=where), **span, bound=POINTS + 1)
    assert row is not None
    width_us = max(1, (until - since) // columns)
    told: JsonObject = {"since": body["since"], "until": body["until"], "width": width_us / 1e6}
    if row["found"] <= POINTS:
        points = await unit.all(sql.histogram_points.fill(where=where), **span, limit=POINTS)
        told["points"] = [
            [
                each["id"],
                each["name"],
                each["state_type"],
                to_iso(each["at_us"]),
                run_time_s(each, unit.now_us),
            ]
            for each in points
        ]
        return told
    cells = await unit.all(sql.histogram_cells.fill(where=where), **span, width_us=width_us)
    told["cells"] = [[each["cell"], each["magnitude"], each["state_type"], each["found"]] for each in cells]
    return told
