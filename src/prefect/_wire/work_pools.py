"""Work pools as the API speaks of them: where deployments send their runs, and workers fetch them."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from prefect._wire.common import (
    ActionBaseModel,
    DateTime,
    Name,
    NonNegativeInteger,
    ObjectBaseModel,
    PrefectBaseModel,
    RequestBody,
)
from prefect._wire.filters import WorkPoolFilter
from prefect._wire.flow_runs import FlowRun
from prefect._wire.states import StateType
from prefect.utilities.templating import PlaceholderType, find_placeholders

DEFAULT_AGENT_WORK_POOL_NAME = "default-agent-pool"
DEFAULT_TYPE = "prefect-agent"


class WorkPoolStatus(StrEnum):
    """Whether a worker serves the pool."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    PAUSED = "PAUSED"

    @property
    def display_name(self) -> str:
        """The status as people read it."""
        return self.name.replace("_", " ").capitalize()


def check_base_job_template(template: dict[str, Any] | None) -> dict[str, Any] | None:
    """The template itself; raises `ValueError` if its two parts are not there or do not fit together."""
    if not template:
        return template
    job, variables = template.get("job_configuration"), template.get("variables")
    if not isinstance(job, dict) or not isinstance(variables, dict):
        raise ValueError("A `base_job_template` has the two keys `job_configuration` and `variables`.")
    declared: set[str] = set(variables.get("properties") or ())  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType, reportUnknownVariableType]
    used = {found.name for found in find_placeholders(job) if found.type is PlaceholderType.STANDARD}
    unknown = sorted(name for name in used if name.split(".")[0].split("[")[0] not in declared | {"ctx"})
    if unknown:
        raise ValueError(
            "The job configuration uses variables that are not among the properties of `variables`:"
            f" {', '.join(unknown)}."
        )
    return template


BaseJobTemplate = Annotated[dict[str, Any], AfterValidator(check_base_job_template)]


class WorkPoolStorageConfiguration(PrefectBaseModel):
    """Where a pool keeps bundles and results."""

    model_config = ConfigDict(extra="forbid")

    bundle_upload_step: dict[str, Any] | None = None
    bundle_execution_step: dict[str, Any] | None = None
    default_result_storage_block_id: UUID | None = None


class WorkPoolCreate(ActionBaseModel):
    """Create a work pool, with its queue ``default``."""

    name: Name
    description: str | None = None
    type: str = DEFAULT_TYPE
    base_job_template: BaseJobTemplate = Field(default_factory=dict[str, Any])
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    storage_configuration: WorkPoolStorageConfiguration = Field(default_factory=WorkPoolStorageConfiguration)


class WorkPoolUpdate(ActionBaseModel):
    """Change a work pool; what is left out stays."""

    description: str | None = None
    is_paused: bool | None = None
    base_job_template: BaseJobTemplate | None = None
    concurrency_limit: NonNegativeInteger | None = None
    storage_configuration: WorkPoolStorageConfiguration | None = None


class WorkPoolResponse(ObjectBaseModel):
    """A work pool as the API answers it; `active_slots` are taken by runs that are pending or running."""

    name: Name
    description: str | None = None
    type: str
    base_job_template: dict[str, Any] = Field(default_factory=dict[str, Any])
    is_paused: bool = False
    concurrency_limit: NonNegativeInteger | None = None
    status: WorkPoolStatus | None = None
    default_queue_id: UUID | None = None
    storage_configuration: WorkPoolStorageConfiguration = Field(default_factory=WorkPoolStorageConfiguration)
    active_slots: int | None = None


class WorkPoolsCount(RequestBody):
    """Which work pools."""

    work_pools: WorkPoolFilter | None = None


class WorkPoolsFilter(WorkPoolsCount):
    """Which work pools, and which part of the list."""

    limit: int | None = None
    offset: int = Field(default=0, ge=0)


class ScheduledRuns(RequestBody):
    """Which scheduled runs a worker asks for; without names of queues those of all queues."""

    work_queue_names: list[str] | None = None
    scheduled_before: DateTime | None = None
    scheduled_after: DateTime | None = None
    limit: int | None = None


class WorkerFlowRunResponse(PrefectBaseModel):
    """A flow run that a worker may start."""

    work_pool_id: UUID
    work_queue_id: UUID
    flow_run: FlowRun


class FlowRunSlotSummary(PrefectBaseModel):
    """A flow run that takes a slot of a pool or queue."""

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


class SlotsPage(PrefectBaseModel):
    """How many slots are taken, and which part of the list of their holders this is."""

    active_slots: int
    concurrency_limit: int | None = None
    count: int
    limit: int
    pages: int
    page: int


class WorkPoolConcurrencyStatus(SlotsPage):
    """The slots of a pool, by queue."""

    queues: list[WorkQueueConcurrencyStatusDetail] = Field(
        default_factory=list[WorkQueueConcurrencyStatusDetail]
    )


class WorkPoolSlots(RequestBody):
    """Which part of the slots of a pool: a page of its queues, of each so many runs."""

    page: int = Field(default=1, ge=1)
    flow_run_limit: int = Field(default=10, ge=0, le=200)
    limit: int | None = None
