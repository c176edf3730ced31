"""Deployments as the API speaks of them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
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
    RequestBody,
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
from prefect._wire.flow_runs import FlowRunPolicy
from prefect._wire.schedules import Schedule, whole
from prefect._wire.sorts import DeploymentSort
from prefect._wire.states import StateCreate

Parameters = dict[str, Any]
# a schedule is stored as it was understood: with all of its keys, also those that the client left to us
WholeSchedule = Annotated[Schedule, PlainSerializer(whole)]
PositiveInteger = Annotated[int, Field(gt=0)]
PositiveSeconds = Annotated[float, Field(gt=0)]


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


# what becomes of instants at which no run could be made, and of a run while an earlier one has not ended
CatchUp = Literal["none", "latest", "all"]
Overlap = Literal["allow", "skip", "queue", "cancel"]


class DeploymentScheduleCreate(ActionBaseModel):
    """Give a deployment a schedule; `slug` names it inside its deployment.

    `catch_up` makes up for instants that were missed, those of the last `catch_up_window` seconds. `overlap`
    says what becomes of a run while an earlier one of the schedule has not ended: it runs beside it, is
    skipped, waits, or the earlier one is cancelled.
    """

    active: bool = True
    schedule: WholeSchedule
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    slug: str | None = None
    replaces: str | None = None
    catch_up: CatchUp | None = None
    catch_up_window: PositiveSeconds | None = None
    overlap: Overlap | None = None


class DeploymentScheduleUpdate(ActionBaseModel):
    """Change a schedule; what is left out stays. `replaces` is the slug it had before."""

    active: bool | None = None
    schedule: WholeSchedule | None = None
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    slug: str | None = None
    replaces: str | None = None
    catch_up: CatchUp | None = None
    catch_up_window: PositiveSeconds | None = None
    overlap: Overlap | None = None


class DeploymentSchedule(ObjectBaseModel):
    """A schedule of a deployment."""

    deployment_id: UUID | None = None
    schedule: Schedule
    active: bool = True
    max_scheduled_runs: PositiveInteger | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    slug: str | None = None
    catch_up: CatchUp | None = None
    catch_up_window: float | None = None
    overlap: Overlap | None = None


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


class DeploymentsCount(RequestBody):
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


class DeploymentsPage(DeploymentsCount):
    """Which page of which deployments, in which order."""

    page: int = Field(default=1, ge=1)
    limit: int | None = None
    sort: DeploymentSort = DeploymentSort.NAME_ASC


class DeploymentPaginationResponse(PrefectBaseModel):
    """One page of deployments."""

    results: list[DeploymentResponse]
    count: int
    limit: int
    pages: int
    page: int


class DeploymentsBulkDelete(RequestBody):
    """Which deployments to remove."""

    deployments: DeploymentFilter | None = None
    limit: int = Field(default=50, ge=1, le=50)


class DeploymentBulkDeleteResponse(PrefectBaseModel):
    """The deployments that a bulk delete removed."""

    deleted: list[UUID] = Field(default_factory=list[UUID])


class DeploymentsScheduledRuns(PrefectBaseModel):
    """Of which deployments the waiting runs are asked for, and due until when."""

    deployment_ids: list[UUID]
    scheduled_before: DateTime | None = None
    limit: int | None = None


class DeploymentFlowRunCreate(ActionBaseModel):
    """Create a run of a deployment; without a state it is to be started at once."""

    state: StateCreate | None = None
    name: str | None = None
    parameters: Parameters = Field(default_factory=dict[str, Any])
    enforce_parameter_schema: bool | None = None
    context: dict[str, Any] = Field(default_factory=dict[str, Any])
    infrastructure_document_id: UUID | None = None
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    idempotency_key: str | None = None
    labels: KeyValueLabels | None = None
    parent_task_run_id: UUID | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Any] | None = None


class DeploymentScheduleRange(PrefectBaseModel):
    """Make runs from `start_time` on: at least `min_runs` and all within `min_time` seconds, no more than
    `max_runs` and none after `end_time`. `backfill` makes all of the range."""

    start_time: DateTime | None = None
    end_time: DateTime | None = None
    min_time: float | None = Field(default=None, ge=0)
    min_runs: int | None = Field(default=None, ge=0)
    max_runs: int | None = Field(default=None, ge=0)
    backfill: bool = False


class DeploymentPlan(PrefectBaseModel):
    """What deploying would change: `action` is set, kept (as changed by hand), added or removed."""

    class Change(PrefectBaseModel):
        """One line of the plan."""

        field: str
        action: Literal["set", "kept", "added", "removed"]
        before: Any = None
        after: Any = None

    deployment_id: UUID | None = None
    changes: list[Change] = Field(default_factory=list[Change])


class BackfillCreate(ActionBaseModel):
    """Create the runs that are missing of a schedule (its slug or id) in a range, so many at once."""

    start_time: DateTime
    end_time: DateTime
    schedule: str | None = None
    at_once: PositiveInteger = 10
    parameters: Parameters = Field(default_factory=dict[str, Any])


class BackfillUpdate(ActionBaseModel):
    """Pause a backfill, let it go on, end it, or change how many of its runs there are at once."""

    status: Literal["RUNNING", "PAUSED", "CANCELLED"] | None = None
    at_once: PositiveInteger | None = None


class Backfill(ObjectBaseModel):
    """A backfill: `skipped_runs` were there already."""

    deployment_id: UUID
    schedule_id: UUID
    start_time: DateTime
    end_time: DateTime
    at_once: int
    parameters: Parameters = Field(default_factory=dict[str, Any])
    status: Literal["RUNNING", "PAUSED", "COMPLETED", "CANCELLED"]
    created_runs: int = 0
    skipped_runs: int = 0
