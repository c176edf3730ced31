"""Task runs whose results are kept: reused where the cache key is known, written when the run completes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._base.state import StateType

if TYPE_CHECKING:
    from prefect.context import TaskRunContext
    from prefect.tasks import Task

transactions: Any = lazy.module("prefect.transactions")
storage_keys: Any = lazy.module("prefect._engine.persist.keys")

COMPLETED = StateType.COMPLETED


def wanted(task: Task[..., Any], context: TaskRunContext) -> bool:
    """Whether this run is a transaction: its result is kept, it has hooks for it, or it is part of a larger one."""
    return (
        context.persist_result
        or bool(task.on_commit_hooks or task.on_rollback_hooks)
        or "prefect.transactions" in sys.modules
    )
