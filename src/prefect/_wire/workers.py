"""Workers as the API speaks of them."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from prefect._wire.common import DateTime, ObjectBaseModel, RequestBody
from prefect._wire.filters import WorkerFilter


class WorkerStatus(StrEnum):
    """Whether a worker was heard of lately."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"


class WorkerResponse(ObjectBaseModel):
    """A worker as the API answers it."""

    name: str
    work_pool_id: UUID
    last_heartbeat_time: DateTime | None = None
    heartbeat_interval_seconds: int | None = None
    status: WorkerStatus = WorkerStatus.OFFLINE


class WorkerHeartbeat(RequestBody):
    """A worker tells that it is there, and how often it is going to."""

    name: str
    heartbeat_interval_seconds: int | None = None


class WorkersFilter(RequestBody):
    """Which workers, and which part of the list."""

    workers: WorkerFilter | None = None
    limit: int | None = None
    offset: int = Field(default=0, ge=0)
