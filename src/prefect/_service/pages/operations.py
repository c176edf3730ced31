"""One page of a list, with how many objects and pages there are in all."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from prefect._service import paging
from prefect._service.flow_runs import operations as of_flow_runs
from prefect._service.flows import operations as of_flows
from prefect._service.task_runs import operations as of_task_runs
from prefect._service.unit import Unit
from prefect._wire.operation import JsonObject

List = Callable[..., Coroutine[Any, Any, list[JsonObject]]]
Count = Callable[..., Coroutine[Any, Any, int]]


async def flows(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    return await page(unit, body, of_flows.filter, of_flows.count)


async def flow_runs(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    return await page(unit, body, of_flow_runs.filter, of_flow_runs.count)


async def task_runs(unit: Unit, *, body: JsonObject | None = None) -> JsonObject:
    return await page(unit, body, of_task_runs.filter, of_task_runs.count)


async def page(unit: Unit, body: JsonObject | None, list_: List, count: Count) -> JsonObject:
    """The page that `body` asks for of what `list_` and `count` find."""
    asked = dict(body or {})
    number: int = asked.pop("page", None) or 1
    limit, _ = paging.bounds(asked)
    found = await count(
        unit, body={key: value for key, value in asked.items() if key not in ("limit", "sort")}
    )
    page = {**asked, "limit": limit, "offset": (number - 1) * limit}
    results = await list_(unit, body=page) if found else []
    pages = -(-found // limit) if limit else 0
    return {"results": results, "count": found, "limit": limit, "pages": pages, "page": number}
