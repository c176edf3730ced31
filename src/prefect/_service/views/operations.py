"""What the web UI's pages read; each function answers one page."""

from __future__ import annotations

from prefect._service.unit import Unit
from prefect._service.views import compare as comparing
from prefect._service.views import dashboard as board
from prefect._service.views import flow_run as single
from prefect._service.views import limits as limiting
from prefect._service.views import lists, planning, rehearsal, tagging
from prefect._service.views import logs as lines
from prefect._service.views import runs as running
from prefect._service.views import search as finding
from prefect._service.views import settings_view as setting
from prefect._service.views import timeline as timing
from prefect._wire.operation import JsonObject


async def dashboard(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await board.dashboard(unit, body)


async def runs(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await running.flow_runs(unit, body)


async def task_runs(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await running.task_runs(unit, body)


async def histogram(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await running.histogram(unit, body)


async def tag_runs(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await tagging.tag_runs(unit, body)


async def flow_run(unit: Unit, *, id: str) -> JsonObject:
    return await single.flow_run(unit, id)


async def task_run(unit: Unit, *, id: str) -> JsonObject:
    return await single.task_run(unit, id)


async def timeline(unit: Unit, *, id: str, since: str | None = None) -> JsonObject:
    return await timing.timeline(unit, id, since)


async def logs(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await lines.logs(unit, body)


async def flows(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await lists.flows(unit, body)


async def deployments(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await lists.deployments(unit, body)


async def schedule(unit: Unit, *, since: str, until: str) -> JsonObject:
    return await lists.schedule(unit, since, until)


async def search(unit: Unit, *, q: str, limit: int = 20) -> JsonObject:
    return {"results": await finding.search(unit, q, limit)}


async def compare(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await comparing.compare(unit, body["flow_run_ids"])


async def schedule_preview(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await planning.preview(unit, body)


async def concurrency_limit(unit: Unit, *, id: str) -> JsonObject:
    return await limiting.limit(unit, id)


async def settings(unit: Unit) -> JsonObject:
    return await setting.settings(unit)


async def rehearse(unit: Unit, *, body: JsonObject) -> JsonObject:
    return await rehearsal.rehearse(unit, body)
