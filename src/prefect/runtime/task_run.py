"""The task run at hand."""

from __future__ import annotations

from typing import Any

from prefect._base import jsontext, lazy
from prefect._engine import scope
from prefect.runtime._attributes import attributes

urls: Any = lazy.module("prefect.utilities.urls")


def _of(read: Any, default: Any = None) -> Any:
    def compute() -> Any:
        context = scope.task_scope.get()
        return default if context is None else read(context)

    return compute


__getattr__, __dir__ = attributes(
    "task_run",
    {
        "id": _of(lambda context: context.run.id),
        "name": _of(lambda context: context.run.name),
        "task_name": _of(lambda context: context.task.name),
        "tags": _of(lambda context: jsontext.loads(context.run.tags_json), []),
        "parameters": _of(lambda context: dict(context.parameters), {}),
        "run_count": _of(lambda context: context.run.run_count, 0),
        "api_url": _of(lambda context: urls.url_for("task-run", obj_id=context.run.id, url_type="api")),
        "ui_url": _of(lambda context: urls.url_for("task-run", obj_id=context.run.id, url_type="ui")),
    },
)
