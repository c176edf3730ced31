"""The flow run at hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prefect._base import clock, lazy
from prefect._engine import scope
from prefect.runtime._attributes import attributes

if TYPE_CHECKING:
    from datetime import datetime

    id: str | None
    name: str | None
    tags: list[str]
    scheduled_start_time: datetime
    flow_name: str | None
    flow_version: str | None
    parameters: dict[str, Any]
    parent_flow_run_id: str | None
    parent_deployment_id: str | None
    root_flow_run_id: str | None
    run_count: int
    job_variables: dict[str, Any] | None
    api_url: str | None
    ui_url: str | None

urls: Any = lazy.module("prefect.utilities.urls")
lookup: Any = lazy.module("prefect._engine.lookup")


def _run() -> Any:
    context = scope.flow_scope.get()
    return context.run if context is not None else None


def _id() -> str | None:
    run = _run()
    if run is not None:
        return run.id
    task = scope.task_scope.get()
    if task is not None and task.run.flow_run_id is not None:
        return task.run.flow_run_id
    return os.environ.get("PREFECT__FLOW_RUN_ID")


def _data() -> dict[str, Any] | None:
    """The record of the run: that of the context, or as the API tells it if only the id is known."""
    run = _run()
    if run is not None:
        return run.data
    id_ = _id()
    return lookup.flow_run(id_) if id_ is not None else None


def _field(name: str, default: Any = None) -> Any:
    data = _data()
    return default if data is None else data.get(name, default)


def _name() -> str | None:
    run = _run()
    return run.name if run is not None else _field("name")


def _flow_name() -> str | None:
    run = _run()
    if run is not None:
        return run.flow_name
    flow_id = _field("flow_id")
    return lookup.flow(flow_id)["name"] if flow_id is not None else None


def _parameters() -> dict[str, Any]:
    context = scope.flow_scope.get()
    if context is not None:
        return dict(context.parameters or {})
    return dict(_field("parameters", {}))


def _run_count() -> int:
    run = _run()
    return run.run_count if run is not None else _field("run_count", 0)


def _scheduled_start_time() -> datetime:
    expected = _field("expected_start_time")
    at_us = clock.from_iso(expected) if expected else clock.system.now_us()
    return clock.to_datetime(at_us)


def _parent_flow_run_id() -> str | None:
    task_run_id = _field("parent_task_run_id")
    return lookup.task_run(task_run_id)["flow_run_id"] if task_run_id is not None else None


def _root_flow_run_id() -> str | None:
    id_, above = _id(), _parent_flow_run_id()
    while above is not None:
        id_ = above
        task_run_id = lookup.flow_run(above)["parent_task_run_id"]
        above = lookup.task_run(task_run_id)["flow_run_id"] if task_run_id is not None else None
    return id_


def _parent_deployment_id() -> str | None:
    above = _parent_flow_run_id()
    return lookup.flow_run(above)["deployment_id"] if above is not None else None


def _url(kind: str) -> str | None:
    id_ = _id()
    return urls.url_for("flow-run", obj_id=id_, url_type=kind) if id_ is not None else None


_TABLE: dict[str, Callable[[], Any]] = {
    "id": _id,
    "name": _name,
    "tags": lambda: list(_field("tags", [])),
    "scheduled_start_time": _scheduled_start_time,
    "flow_name": _flow_name,
    "flow_version": lambda: _field("flow_version"),
    "parameters": _parameters,
    "parent_flow_run_id": _parent_flow_run_id,
    "parent_deployment_id": _parent_deployment_id,
    "root_flow_run_id": _root_flow_run_id,
    "run_count": _run_count,
    "job_variables": lambda: _field("job_variables"),
    "api_url": lambda: _url("api"),
    "ui_url": lambda: _url("ui"),
}

FIELDS = sorted(_TABLE)
"""The attributes of this module."""

__getattr__, __dir__ = attributes("flow_run", _TABLE)

# each attribute as a function
get_id = _TABLE["id"]
get_name = _TABLE["name"]
get_tags = _TABLE["tags"]
get_scheduled_start_time = _TABLE["scheduled_start_time"]
get_flow_name = _TABLE["flow_name"]
get_flow_version = _TABLE["flow_version"]
get_parameters = _TABLE["parameters"]
get_parent_flow_run_id = _TABLE["parent_flow_run_id"]
get_parent_deployment_id = _TABLE["parent_deployment_id"]
get_root_flow_run_id = _TABLE["root_flow_run_id"]
get_run_count = _TABLE["run_count"]
get_job_variables = _TABLE["job_variables"]
get_flow_run_api_url = _TABLE["api_url"]
get_flow_run_ui_url = _TABLE["ui_url"]
