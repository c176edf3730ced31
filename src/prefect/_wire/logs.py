"""Lines of log as the API speaks of them."""

from __future__ import annotations

from uuid import UUID

from prefect._wire.common import ActionBaseModel, DateTime, ObjectBaseModel, TimeSeriesBaseModel


class Log(TimeSeriesBaseModel, ObjectBaseModel):
    """A line of log; `level` is the number of the standard library's levels."""

    _reset_fields = frozenset({"id", "created", "updated"})

    name: str
    level: int
    message: str
    timestamp: DateTime
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class LogCreate(ActionBaseModel):
    """A line of log to be kept; `id` is made by the client, so that repeating adds no second line."""

    id: UUID | None = None
    name: str
    level: int
    message: str
    timestamp: DateTime
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None
    worker_id: UUID | None = None
