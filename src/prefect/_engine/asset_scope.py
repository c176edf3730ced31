"""Whether a task run has to do with assets; costs next to nothing where none are in use."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.context import FlowRunContext
    from prefect.tasks import Task

current: ContextVar[Any] = ContextVar("prefect_assets", default=None)
"""The `AssetContext` at hand."""


def wanted(task: Task[..., Any], flow_context: FlowRunContext | None) -> bool:
    """Whether a run of `task` makes assets, depends on some, or may be given what came from some."""
    return (
        task.uses_assets
        or current.get() is not None
        or (flow_context is not None and bool(flow_context.task_run_assets))
    )
