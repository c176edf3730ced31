"""What pages of the web UI ask for."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from prefect._wire.common import DateTime, PrefectBaseModel, RequestBody
from prefect._wire.filters import (
    DeploymentFilter,
    FlowFilter,
    FlowRunFilter,
    TaskRunFilter,
    WorkPoolFilter,
    WorkQueueFilter,
)
from prefect._wire.sorts import FlowRunSort
from prefect._wire.states import StateType
from prefect._wire.task_runs import TaskRun

MOST_IDS = 200
MOST_RUNS = 1000


class FlowIds(PrefectBaseModel):
    """Which flows."""

    flow_ids: Annotated[list[UUID], Field(max_length=MOST_IDS)]


class FlowRunIds(PrefectBaseModel):
    """Which flow runs."""

    flow_run_ids: Annotated[list[UUID], Field(max_length=MOST_IDS)]


class RunsOverTime(RequestBody):
    """Which flow runs are shown over time."""

    sort: FlowRunSort = FlowRunSort.EXPECTED_START_TIME_DESC
    limit: int = Field(default=MOST_RUNS, le=MOST_RUNS)
    offset: int = Field(default=0, ge=0)
    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None


class SimpleFlowRun(PrefectBaseModel):
    """A flow run as a point on a page; durations are in seconds."""

    id: UUID
    state_type: StateType
    timestamp: DateTime
    duration: float
    lateness: float


class SimpleNextFlowRun(PrefectBaseModel):
    """The run of a flow that is due next."""

    id: UUID
    flow_id: UUID
    name: str
    state_name: str
    state_type: StateType
    next_scheduled_start_time: DateTime


class DashboardCounts(PrefectBaseModel):
    """Which task runs are counted over time."""

    task_runs: TaskRunFilter
    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None
    work_queues: WorkQueueFilter | None = None


class TaskRunCount(PrefectBaseModel):
    """How many task runs of a stretch of time ended well, and how many did not."""

    completed: int
    failed: int


class UITaskRun(TaskRun):
    """A task run with the name of its flow run."""

    flow_run_name: str | None = None


class SchemaAndValues(PrefectBaseModel):
    """Values, and the JSON schema that they are to fit."""

    schema_: dict[str, Any] = Field(alias="schema")
    values: dict[str, Any]


class SchemaValuePropertyError(PrefectBaseModel):
    """What is wrong with a property."""

    property: str
    errors: list[Any]


class SchemaValueIndexError(PrefectBaseModel):
    """What is wrong with an element of a list."""

    index: int
    errors: list[Any]


class SchemaValuesValidationResponse(PrefectBaseModel):
    """Whether values fit their schema, and where they do not."""

    errors: list[str | SchemaValuePropertyError | SchemaValueIndexError]
    valid: bool
