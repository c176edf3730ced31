"""Flow runs as the API speaks of them."""

from __future__ import annotations

import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from prefect._base.words import two_words
from prefect._wire.common import (
    ActionBaseModel,
    CreatedBy,
    DateTime,
    KeyValueLabels,
    ObjectBaseModel,
    PrefectBaseModel,
    RequestBody,
    TimeSeriesBaseModel,
    set_run_policy_deprecated_fields,
)
from prefect._wire.states import (
    OrchestrationResult,
    SetStateStatus,
    State,
    StateAbortDetails,
    StateAcceptDetails,
    StateCreate,
    StateRejectDetails,
    StateType,
    StateWaitDetails,
)

ZERO = datetime.timedelta(0)


def get_or_create_run_name(name: str | None) -> str:
    """`name`, or a new name of two words when there is none."""
    return name or two_words()


class FlowRunPolicy(PrefectBaseModel):
    """How a flow run is retried (`retry_delay` in seconds), and where it stands in pausing and retrying."""

    max_retries: int = 0
    retry_delay_seconds: float = 0
    retries: int | None = None
    retry_delay: int | None = None
    pause_keys: set[str] | None = Field(default_factory=set[str])
    resuming: bool | None = False
    retry_type: Literal["in_process", "reschedule"] | None = None

    @model_validator(mode="before")
    @classmethod
    def populate_deprecated_fields(cls, values: Any) -> Any:
        return set_run_policy_deprecated_fields(values)


class FlowRun(TimeSeriesBaseModel, ObjectBaseModel):
    """A run of a flow.

    `estimated_run_time` and `estimated_start_time_delta` are reckoned at the moment of reading and do not
    count when two runs are compared.
    """

    _reset_fields = frozenset({"id", "created", "updated"})

    name: str = Field(default_factory=two_words, examples=["my-flow-run"])
    flow_id: UUID
    state_id: UUID | None = None
    deployment_id: UUID | None = None
    deployment_version: str | None = None
    work_queue_name: str | None = None
    flow_version: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict[str, Any])
    idempotency_key: str | None = None
    context: dict[str, Any] = Field(default_factory=dict[str, Any])
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels = Field(default_factory=dict)
    parent_task_run_id: UUID | None = None
    run_count: int = 0
    expected_start_time: DateTime | None = None
    next_scheduled_start_time: DateTime | None = None
    start_time: DateTime | None = None
    end_time: DateTime | None = None
    total_run_time: datetime.timedelta = ZERO
    estimated_run_time: datetime.timedelta = ZERO
    estimated_start_time_delta: datetime.timedelta = ZERO
    auto_scheduled: bool = False
    infrastructure_document_id: UUID | None = None
    infrastructure_pid: str | None = None
    created_by: CreatedBy | None = None
    work_queue_id: UUID | None = None
    work_pool_id: UUID | None = None
    work_pool_name: str | None = None
    state: State[Any] | None = None
    job_variables: dict[str, Any] | None = None
    state_type: StateType | None = None
    state_name: str | None = None

    @field_validator("name", mode="before")
    @classmethod
    def set_default_name(cls, name: str | None) -> str:
        return get_or_create_run_name(name)

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, FlowRun):
            return super().__eq__(other)
        volatile = {"estimated_run_time", "estimated_start_time_delta"}
        return self.model_dump(exclude=volatile) == other.model_dump(exclude=volatile)

    __hash__ = None  # type: ignore[assignment]


class FlowRunCreate(ActionBaseModel):
    """Create a flow run. `id` is made by the client, so that a repeated request finds its own run."""

    id: UUID | None = None
    state: StateCreate | None = None
    name: str | None = None
    flow_id: UUID
    deployment_id: UUID | None = None
    flow_version: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict[str, Any])
    context: dict[str, Any] = Field(default_factory=dict[str, Any])
    parent_task_run_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels | None = Field(default_factory=dict)
    idempotency_key: str | None = None
    work_pool_name: str | None = None
    work_queue_name: str | None = None
    job_variables: dict[str, Any] | None = None


class FlowRunUpdate(ActionBaseModel):
    """Change a flow run; what is left out stays."""

    name: str | None = None
    flow_version: str | None = None
    parameters: dict[str, Any] | None = Field(default_factory=dict[str, Any])
    empirical_policy: FlowRunPolicy = Field(default_factory=FlowRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    infrastructure_pid: str | None = None
    job_variables: dict[str, Any] | None = None


class SetState(RequestBody):
    """Propose a state for a run; `force` passes over the rules."""

    state: StateCreate
    force: bool = False


class FlowRunResponse(FlowRun):
    """A flow run as the API answers it."""


class FlowRunPaginationResponse(PrefectBaseModel):
    """One page of flow runs."""

    results: list[FlowRunResponse]
    count: int
    limit: int
    pages: int
    page: int


class FlowRunBulkDeleteResponse(PrefectBaseModel):
    """The flow runs that a bulk delete removed."""

    deleted: list[UUID] = Field(default_factory=list[UUID])


class FlowRunOrchestrationResult(PrefectBaseModel):
    """The answer for one run of a bulk proposal."""

    flow_run_id: UUID
    status: SetStateStatus
    state: State[Any] | None = None
    details: StateAcceptDetails | StateWaitDetails | StateRejectDetails | StateAbortDetails


class FlowRunBulkSetStateResponse(PrefectBaseModel):
    """The answers to a bulk proposal, one for each run."""

    results: list[FlowRunOrchestrationResult] = Field(default_factory=list[FlowRunOrchestrationResult])


class FlowRunCreateResult(PrefectBaseModel):
    """What became of one item of a bulk creation."""

    flow_run_id: UUID | None = None
    status: Literal["CREATED", "FAILED"]
    error: str | None = None


class FlowRunBulkCreateResponse(PrefectBaseModel):
    """What became of each item of a bulk creation."""

    results: list[FlowRunCreateResult] = Field(default_factory=list[FlowRunCreateResult])


__all__ = [
    "FlowRun",
    "FlowRunBulkCreateResponse",
    "FlowRunBulkDeleteResponse",
    "FlowRunBulkSetStateResponse",
    "FlowRunCreate",
    "FlowRunCreateResult",
    "FlowRunOrchestrationResult",
    "FlowRunPaginationResponse",
    "FlowRunPolicy",
    "FlowRunResponse",
    "FlowRunUpdate",
    "OrchestrationResult",
    "SetState",
    "get_or_create_run_name",
]
