"""Work pools, their queues and their workers, as clients know them."""

from __future__ import annotations

from datetime import datetime
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
)
from prefect._wire.work_pools import (
    DEFAULT_AGENT_WORK_POOL_NAME as DEFAULT_AGENT_WORK_POOL_NAME,
)
from prefect._wire.work_pools import (
    FlowRunSlotSummary as FlowRunSlotSummary,
)
from prefect._wire.work_pools import (
    WorkerFlowRunResponse as WorkerFlowRunResponse,
)
from prefect._wire.work_pools import (
    WorkPoolConcurrencyStatus as WorkPoolConcurrencyStatus,
)
from prefect._wire.work_pools import WorkPoolStatus as WorkPoolStatus
from prefect._wire.work_pools import (
    WorkQueueConcurrencyStatusDetail as WorkQueueConcurrencyStatusDetail,
)
from prefect._wire.work_queues import QueueFilter as QueueFilter
from prefect._wire.work_queues import WorkQueueConcurrencyStatus as WorkQueueConcurrencyStatus
from prefect._wire.work_queues import WorkQueueHealthPolicy as WorkQueueHealthPolicy
from prefect._wire.work_queues import WorkQueueStatus as WorkQueueStatus
from prefect._wire.work_queues import WorkQueueStatusDetail as WorkQueueStatusDetail
from prefect._wire.workers import WorkerStatus as WorkerStatus

PUSH_SUFFIX, MANAGED_SUFFIX = ":push", ":managed"


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
