"""Deployments as the API speaks of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, PlainSerializer

from prefect._wire.common import (
    ActionBaseModel,
    CreatedBy,
    DateTime,
    KeyValueLabels,
    Name,
    ObjectBaseModel,
    PrefectBaseModel,
    UpdatedBy,
)
from prefect._wire.filters import (
    DeploymentFilter,
    FlowFilter,
    FlowRunFilter,
    TaskRunFilter,
    WorkPoolFilter,
    WorkQueueFilter,
)
from prefect._wire.schedules import Schedule, whole
from prefect._wire.sorts import DeploymentSort

Parameters = dict[str, Any]
# a schedule is stored as it was understood: with all of its keys, also those that the client left to us
WholeSchedule = Annotated[Schedule, PlainSerializer(whole)]
PositiveInteger = Annotated[int, Field(gt=0)]


class DeploymentStatus(StrEnum):
    """Whether anything is there that would run the deployment."""

    READY = "READY"
    NOT_READY = "NOT_READY"


class ConcurrencyLimitStrategy(StrEnum):
    """What happens to a run for which no slot is free."""

    ENQUEUE = "ENQUEUE"
    CANCEL_NEW = "CANCEL_NEW"


class ConcurrencyOptions(PrefectBaseModel):
    """How the concurrency limit of a deployment acts."""

    collision_strategy: ConcurrencyLimitStrategy
    grace_period_seconds: int | None = Field(default=None, ge=60, le=86400)


class VersionInfo(PrefectBaseModel):
    """What a version of a deployment was made from; further keys depend on the type."""

    model_config = ConfigDict(extra="allow")

    type: str
    version: str


class DeploymentScheduleCreate(ActionBaseModel):
    """Give a deployment a schedule; `slug` names it inside its deployment."""

    active: bool = True
    schedule: WholeSchedule
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    slug: str | None = None
    replaces: str | None = None


class DeploymentScheduleUpdate(ActionBaseModel):
    """Change a schedule; what is left out stays. `replaces` is the slug it had before."""

    active: bool | None = None
    schedule: WholeSchedule | None = None
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    slug: str | None = None
    replaces: str | None = None


class DeploymentSchedule(ObjectBaseModel):
    """A schedule of a deployment."""

    deployment_id: UUID | None = None
    schedule: Schedule
    active: bool = True
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    slug: str | None = None


class _DeploymentFields(ActionBaseModel):
    """What creating and changing a deployment have in common."""

    version: str | None = None
    description: str | None = None
    paused: bool = False
    concurrency_limit: PositiveInteger | None = None
    concurrency_options: ConcurrencyOptions | None = None
    global_concurrency_limit_id: UUID | None = None
    tags: list[str] = Field(default_factory=list[str])
    pull_steps: list[dict[str, Any]] | None = None
    work_queue_name: str | None = None
    work_pool_name: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    path: str | None = None
    entrypoint: str | None = None
    version_info: VersionInfo | None = None


class DeploymentCreate(_DeploymentFields):
    """Create a deployment, or change the one of that flow and name."""

    name: Name
    flow_id: UUID
    schedules: list[DeploymentScheduleCreate] = Field(default_factory=list[DeploymentScheduleCreate])
    enforce_parameter_schema: bool = True
    parameter_openapi_schema: dict[str, Any] | None = Field(default_factory=dict[str, Any])
    parameters: Parameters = Field(default_factory=dict[str, Any])
    labels: KeyValueLabels | None = Field(default_factory=dict)
    job_variables: dict[str, Any] = Field(default_factory=dict[str, Any])


class DeploymentUpdate(_DeploymentFields):
    """Change a deployment; what is left out stays."""

    schedules: list[DeploymentScheduleUpdate] = Field(default_factory=list[DeploymentScheduleUpdate])
    enforce_parameter_schema: bool | None = None
    parameter_openapi_schema: dict[str, Any] | None = None
    parameters: Parameters | None = None
    job_variables: dict[str, Any] | None = None


class DeploymentResponse(ObjectBaseModel):
    """A deployment as the API answers it."""

    name: Name
    version: str | None = None
    description: str | None = None
    flow_id: UUID
    paused: bool = False
    schedules: list[DeploymentSchedule] = Field(default_factory=list[DeploymentSchedule])
    concurrency_limit: int | None = None
    global_concurrency_limit: dict[str, Any] | None = None
    concurrency_options: ConcurrencyOptions | None = None
    job_variables: dict[str, Any] = Field(default_factory=dict[str, Any])
    parameters: Parameters = Field(default_factory=dict[str, Any])
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels = Field(default_factory=dict)
    work_queue_name: str | None = None
    work_queue_id: UUID | None = None
    last_polled: DateTime | None = None
    parameter_openapi_schema: dict[str, Any] | None = Field(default_factory=dict[str, Any])
    path: str | None = None
    pull_steps: list[dict[str, Any]] | None = None
    entrypoint: str | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    created_by: CreatedBy | None = None
    updated_by: UpdatedBy | None = None
    work_pool_name: str | None = None
    status: DeploymentStatus | None = DeploymentStatus.NOT_READY
    enforce_parameter_schema: bool = True


class DeploymentsCount(PrefectBaseModel):
    """Which deployments."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None
    work_pool_queues: WorkQueueFilter | None = None


class DeploymentsFilter(DeploymentsCount):
    """Which deployments, in which order."""

    limit: int | None = None
    offset: int = Field(default=0, ge=0)
    sort: DeploymentSort = DeploymentSort.NAME_ASC
