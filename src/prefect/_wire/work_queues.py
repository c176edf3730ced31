"""Work queues as the API speaks of them: the order in which the runs of a pool go."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect._wire.common import (
    ActionBaseModel,
    DateTime,
    Name,
    NonNegativeInteger,
    ObjectBaseModel,
    PrefectBaseModel,
    RequestBody,
    now,
    to_utc,
)
from prefect._wire.filters import WorkQueueFilter
from prefect._wire.work_pools import FlowRunSlotSummary, SlotsPage

Priority = Annotated[int, Field(gt=0)]


class WorkQueueStatus(StrEnum):
    """Whether a work queue was asked for runs lately."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"


class QueueFilter(PrefectBaseModel):
    """Which runs a queue of the older kind takes: those with these tags, and of these deployments."""

    tags: list[str] | None = None
    deployment_ids: list[UUID] | None = None


class WorkQueueCreate(ActionBaseModel):
    """Create a queue; without a priority it gets the first that is free."""

    name: Name
    description: str | None = ""
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    priority: Priority | None = None
    filter: QueueFilter | None = None


class WorkQueueUpdate(ActionBaseModel):
    """Change a queue; what is left out stays."""

    name: Name | None = None
    description: str | None = None
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    priority: Priority | None = None
    last_polled: DateTime | None = None
    filter: QueueFilter | None = None


class WorkQueueResponse(ObjectBaseModel):
    """A queue as the API answers it."""

    name: Name
    description: str | None = ""
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    priority: Priority = 1
    work_pool_id: UUID | None = None
    filter: QueueFilter | None = None
    last_polled: DateTime | None = None
    work_pool_name: str | None = None
    status: WorkQueueStatus | None = None
    active_slots: int | None = None


class WorkQueuesFilter(RequestBody):
    """Which queues, and which part of the list."""

    work_queues: WorkQueueFilter | None = None
    limit: int | None = None
    offset: int = Field(default=0, ge=0)


class QueueRuns(RequestBody):
    """Which scheduled runs of a queue are asked for."""

    scheduled_before: DateTime | None = None
    limit: int | None = None


class WorkQueueSlots(RequestBody):
    """Which part of the runs that take slots of a queue."""

    page: int = Field(default=1, ge=1)
    limit: int | None = None


class WorkQueueConcurrencyStatus(SlotsPage):
    """The slots of a queue, by flow run."""

    flow_runs: list[FlowRunSlotSummary] = Field(default_factory=list[FlowRunSlotSummary])


class WorkQueueHealthPolicy(PrefectBaseModel):
    """When a queue counts as healthy; None for a number means that it is not looked at."""

    maximum_late_runs: int | None = 0
    maximum_seconds_since_last_polled: int | None = 60

    def evaluate_health_status(self, late_runs_count: int, last_polled: datetime | None = None) -> bool:
        """Whether a queue with so many late runs, last asked for runs at that time, is healthy."""
        if self.maximum_late_runs is not None and late_runs_count > self.maximum_late_runs:
            return False
        if self.maximum_seconds_since_last_polled is None:
            return True
        longest = timedelta(seconds=self.maximum_seconds_since_last_polled)
        return last_polled is not None and now() - to_utc(last_polled) <= longest


class WorkQueueStatusDetail(PrefectBaseModel):
    """How a queue is doing."""

    healthy: bool
    late_runs_count: int = 0
    last_polled: DateTime | None = None
    health_check_policy: WorkQueueHealthPolicy
