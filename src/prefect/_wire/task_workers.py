"""Task workers as the API speaks of them: processes that take background task runs."""

from __future__ import annotations

from prefect._wire.common import DateTime, PrefectBaseModel, RequestBody


class TaskWorkerResponse(PrefectBaseModel):
    """A task worker that is connected, and the tasks that it serves."""

    identifier: str
    task_keys: list[str]
    timestamp: DateTime


class TaskWorkerFilter(PrefectBaseModel):
    """Task workers that serve at least one of these tasks."""

    task_keys: list[str]


class TaskWorkersFilter(RequestBody):
    """Which task workers."""

    task_worker_filter: TaskWorkerFilter | None = None
