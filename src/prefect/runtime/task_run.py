"""The task run at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prefect._base import jsontext, lazy
from prefect._engine import scope
from prefect.runtime._attributes import attributes

if TYPE_CHECKING:
    from prefect.context import TaskRunContext

    id: str | None
    name: str | None
    task_name: str | None
    tags: list[str]
    parameters: dict[str, Any]
    run_count: int
    api_url: str | None
    ui_url: str | None

urls: Any = lazy.module("prefect.utilities.urls")


def _of(read: Callable[[TaskRunContext], Any], default: Any = None) -> Callable[[], Any]:
    def compute() -> Any:
        context = scope.task_scope.get()
        return default if context is None else read(context)

    return compute


_TABLE: dict[str, Callable[[], Any]] = {
    "id": _of(lambda context: context.run.id),
    "name": _of(lambda context: context.run.name),
    "task_name": _of(lambda context: context.task.name),
    "tags": _of(lambda context: jsontext.loads(context.run.tags_json), []),
    "parameters": _of(lambda context: dict(context.parameters), {}),
    "run_count": _of(lambda context: context.run.run_count, 0),
    "api_url": _of(lambda context: urls.url_for("task-run", obj_id=context.run.id, url_type="api")),
    "ui_url": _of(lambda context: urls.url_for("task-run", obj_id=context.run.id, url_type="ui")),
}

FIELDS = sorted(_TABLE)
"""The attributes of this module."""

__getattr__, __dir__ = attributes("task_run", _TABLE)

# each attribute as a function
get_id = _TABLE["id"]
get_name = _TABLE["name"]
get_tags = _TABLE["tags"]
get_parameters = _TABLE["parameters"]
get_run_count = _TABLE["run_count"]
get_task_name = _TABLE["task_name"]
get_task_run_api_url = _TABLE["api_url"]
get_task_run_ui_url = _TABLE["ui_url"]
