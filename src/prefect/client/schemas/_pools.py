"""Work pools, their queues and their workers, as clients know them."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator

from prefect._wire.common import (
    ActionBaseModel,
    DateTime,
    Name,
    NonNegativeInteger,
    ObjectBaseModel,
    PrefectBaseModel,
    now,
    to_utc,
)
from prefect._wire.flow_runs import FlowRun
from prefect._wire.states import StateType

DEFAULT_AGENT_WORK_POOL_NAME = "default-agent-pool"
PUSH_SUFFIX, MANAGED_SUFFIX = ":push", ":managed"


class WorkPoolStatus(StrEnum):
    """Whether a work pool is served by a worker."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"

    @property
    def display_name(self) -> str:
        return self.name.replace("_", " ").capitalize()


class WorkQueueStatus(StrEnum):
    """Whether a work queue was asked for runs lately."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"


class WorkerStatus(StrEnum):
    """Whether a worker was heard of lately."""

    ONLINE = "ONLINE"
    OFFLINE = "OFFLINE"


class WorkPoolStorageConfiguration(PrefectBaseModel):
    """Where a pool keeps bundles and results."""

    bundle_upload_step: dict[str, Any] | None = None
    bundle_execution_step: dict[str, Any] | None = None
    default_result_storage_block_id: UUID | None = None


def validate_default_queue_id_not_none(v: UUID | None) -> UUID:
    """The id; raises `ValueError` for None."""
    if v is None:
        raise ValueError("A work pool that was read from the API always has a default queue; this has none.")
    return v


class WorkPool(ObjectBaseModel):
    """A work pool: where deployments send their runs, and where workers fetch them."""

    name: Name
    description: str | None = None
    type: str
    base_job_template: dict[str, Any] = Field(default_factory=dict[str, Any])
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    status: WorkPoolStatus | None = None
    active_slots: int | None = None
    storage_configuration: WorkPoolStorageConfiguration = Field(default_factory=WorkPoolStorageConfiguration)
    default_queue_id: UUID = Field(default=None, validate_default=True)  # pyright: ignore[reportAssignmentType]

    @field_validator("default_queue_id", mode="before")
    @classmethod
    def helpful_error_for_missing_default_queue_id(cls, v: UUID | None) -> UUID:
        return validate_default_queue_id_not_none(v)

    @property
    def is_push_pool(self) -> bool:
        """Whether the server itself starts the runs, at a cloud provider."""
        return self.type.endswith(PUSH_SUFFIX)

    @property
    def is_managed_pool(self) -> bool:
        """Whether the server runs the runs."""
        return self.type.endswith(MANAGED_SUFFIX)


class WorkPoolCreate(ActionBaseModel):
    """Create a work pool."""

    name: Name
    description: str | None = None
    type: str = "prefect-agent"
    base_job_template: dict[str, Any] = Field(default_factory=dict[str, Any])
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    storage_configuration: WorkPoolStorageConfiguration = Field(default_factory=WorkPoolStorageConfiguration)


class WorkPoolUpdate(ActionBaseModel):
    """Change a work pool; what is left out stays."""

    description: str | None = None
    is_paused: bool | None = None
    base_job_template: dict[str, Any] | None = None
    concurrency_limit: NonNegativeInteger | None = None
    storage_configuration: WorkPoolStorageConfiguration | None = None


class QueueFilter(PrefectBaseModel):
    """Which runs an old kind of queue took: those with these tags, or of these deployments."""

    tags: list[str] | None = None
    deployment_ids: list[UUID] | None = None


class WorkQueue(ObjectBaseModel):
    """A queue of a work pool."""

    name: Name
    description: str | None = ""
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    priority: int = Field(default=1, gt=0)
    work_pool_name: str | None = None
    work_pool_id: UUID | None
    filter: QueueFilter | None = None
    last_polled: DateTime | None = None
    status: WorkQueueStatus | None = None
    active_slots: int | None = None


class WorkQueueCreate(ActionBaseModel):
    """Create a queue."""

    name: str
    description: str | None = None
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    priority: int | None = Field(default=None, gt=0)
    filter: QueueFilter | None = None


class WorkQueueUpdate(ActionBaseModel):
    """Change a queue; what is left out stays."""

    name: str | None = None
    description: str | None = None
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    priority: int | None = Field(default=None, gt=0)
    last_polled: DateTime | None = None
    filter: QueueFilter | None = None


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


class Worker(ObjectBaseModel):
    """A worker of a pool."""

    name: str
    work_pool_id: UUID
    last_heartbeat_time: datetime | None = None
    heartbeat_interval_seconds: int | None = None
    status: WorkerStatus = WorkerStatus.OFFLINE


class Integration(PrefectBaseModel):
    """An integration package that a worker has installed."""

    name: str
    version: str


class WorkerMetadata(PrefectBaseModel):
    """What a worker tells about itself; further keys are allowed."""

    model_config = ConfigDict(extra="allow")

    integrations: list[Integration]


class WorkerFlowRunResponse(PrefectBaseModel):
    """A flow run that a worker is to start."""

    work_pool_id: UUID
    work_queue_id: UUID
    flow_run: FlowRun


class FlowRunSlotSummary(PrefectBaseModel):
    """A flow run that takes one of the slots of a pool or queue."""

    id: UUID
    name: str
    state_type: StateType | None = None
    state_name: str | None = None
    start_time: DateTime | None = None
    state_timestamp: DateTime | None = None
    time_in_current_state: timedelta | None = None


class WorkQueueConcurrencyStatusDetail(PrefectBaseModel):
    """The slots of one queue, in the answer for its pool."""

    queue_id: UUID
    queue_name: str
    active_slots: int
    concurrency_limit: int | None = None
    flow_runs: list[FlowRunSlotSummary] = Field(default_factory=list[FlowRunSlotSummary])
    flow_run_count: int | None = None


class _Page(PrefectBaseModel):
    count: int
    limit: int
    pages: int
    page: int


class WorkPoolConcurrencyStatus(_Page):
    """The slots of a pool, by queue."""

    active_slots: int
    concurrency_limit: int | None = None
    queues: list[WorkQueueConcurrencyStatusDetail] = Field(
        default_factory=list[WorkQueueConcurrencyStatusDetail]
    )


class WorkQueueConcurrencyStatus(_Page):
    """The slots of a queue, by flow run."""

    active_slots: int
    concurrency_limit: int | None = None
    flow_runs: list[FlowRunSlotSummary] = Field(default_factory=list[FlowRunSlotSummary])
