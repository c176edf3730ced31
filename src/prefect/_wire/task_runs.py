"""Task runs as the API speaks of them, and how the inputs of one name where they came from."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator, model_validator

from prefect._base.clock import to_datetime
from prefect._base.jsontext import loads
from prefect._base.records import TaskRunRow
from prefect._base.words import two_words
from prefect._wire.common import (
    ActionBaseModel,
    DateTime,
    KeyValueLabels,
    ObjectBaseModel,
    PrefectBaseModel,
    TimeSeriesBaseModel,
    set_run_policy_deprecated_fields,
)
from prefect._wire.flow_runs import ZERO, SetState, get_or_create_run_name
from prefect._wire.kept_results import ResultKeep
from prefect._wire.states import State, StateCreate, StateType

MAX_RETRY_DELAYS = 50
MAX_CACHE_KEY_LENGTH = 2000


class RunInput(PrefectBaseModel):
    """Where one input of a task run came from."""

    model_config = ConfigDict(frozen=True)

    input_type: str


class TaskRunResult(RunInput):
    """The result of another task run."""

    input_type: Literal["task_run"] = "task_run"  # pyright: ignore[reportIncompatibleVariableOverride]
    id: UUID


class FlowRunResult(RunInput):
    """The result of a flow run."""

    input_type: Literal["flow_run"] = "flow_run"  # pyright: ignore[reportIncompatibleVariableOverride]
    id: UUID


class Parameter(RunInput):
    """A parameter of the flow run."""

    input_type: Literal["parameter"] = "parameter"  # pyright: ignore[reportIncompatibleVariableOverride]
    name: str


class Constant(RunInput):
    """A value that is written in the code."""

    input_type: Literal["constant"] = "constant"  # pyright: ignore[reportIncompatibleVariableOverride]
    type: str


TaskRunInput = Annotated[
    TaskRunResult | FlowRunResult | Parameter | Constant, Field(discriminator="input_type")
]
TaskInputs = dict[str, list[TaskRunInput]]


def list_length_50_or_less(v: Any) -> Any:
    """Refuse a list of more than 50 retry delays."""
    if isinstance(v, list) and len(v) > MAX_RETRY_DELAYS:  # type: ignore[reportUnknownArgumentType]
        raise ValueError(f"At most {MAX_RETRY_DELAYS} retry delays can be given; the last one is repeated.")
    return v  # type: ignore[reportUnknownVariableType]


def validate_not_negative(v: float | None) -> float | None:
    """Refuse a number below zero."""
    if v is not None and v < 0:
        raise ValueError("`retry_jitter_factor` must be >= 0.")
    return v


class TaskRunPolicy(PrefectBaseModel):
    """How a task run is retried: how often, and after how many seconds (one delay, or one for each retry)."""

    max_retries: int = 0
    retry_delay_seconds: float = 0
    retries: int | None = None
    retry_delay: int | float | list[int] | list[float] | None = None
    retry_jitter_factor: float | None = None

    @model_validator(mode="before")
    @classmethod
    def populate_deprecated_fields(cls, values: Any) -> Any:
        return set_run_policy_deprecated_fields(values)

    @field_validator("retry_delay")
    @classmethod
    def validate_configured_retry_delays(cls, v: Any) -> Any:
        return list_length_50_or_less(v)

    @field_validator("retry_jitter_factor")
    @classmethod
    def validate_jitter_factor(cls, v: float | None) -> float | None:
        return validate_not_negative(v)


class TaskRun(TimeSeriesBaseModel, ObjectBaseModel):
    """A run of a task.

    `task_key` names the task, `dynamic_key` tells the runs of it in one flow run apart.
    """

    _reset_fields = frozenset({"id", "created", "updated"})

    name: str = Field(default_factory=two_words, examples=["my-task-run"])
    flow_run_id: UUID | None = None
    task_key: str
    dynamic_key: str
    cache_key: str | None = None
    cache_expiration: DateTime | None = None
    task_version: str | None = None
    empirical_policy: TaskRunPolicy = Field(default_factory=TaskRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels = Field(default_factory=dict)
    state_id: UUID | None = None
    task_inputs: TaskInputs = Field(default_factory=dict)
    state_type: StateType | None = None
    state_name: str | None = None
    run_count: int = 0
    flow_run_run_count: int = 0
    expected_start_time: DateTime | None = None
    next_scheduled_start_time: DateTime | None = None
    start_time: DateTime | None = None
    end_time: DateTime | None = None
    total_run_time: datetime.timedelta = ZERO
    estimated_run_time: datetime.timedelta = ZERO
    estimated_start_time_delta: datetime.timedelta = ZERO
    state: State[Any] | None = None

    @field_validator("name", mode="before")
    @classmethod
    def set_default_name(cls, name: str | None) -> str:
        return get_or_create_run_name(name)

    @classmethod
    def from_row(cls, row: TaskRunRow, state: State[Any] | None = None) -> Self:
        """The public form of a task run of this process, as it stands in `state`."""
        return cls.model_validate(
            {
                "id": row.id,
                "created": to_datetime(row.created_us),
                "name": row.name,
                "flow_run_id": row.flow_run_id,
                "task_key": row.task_key,
                "dynamic_key": row.dynamic_key,
                "cache_key": row.cache_key,
                "cache_expiration": _instant(row.cache_expiration_us),
                "task_version": row.task_version,
                "empirical_policy": loads(row.empirical_policy),
                "tags": loads(row.tags),
                "labels": loads(row.labels),
                "task_inputs": loads(row.task_inputs),
                "run_count": row.run_count,
                "flow_run_run_count": row.flow_run_run_count,
                "expected_start_time": _instant(row.expected_start_us),
                "next_scheduled_start_time": _instant(row.next_scheduled_us),
                "start_time": _instant(row.start_us),
                "end_time": _instant(row.end_us),
                "total_run_time": row.total_run_us / 1e6,
                "state": state,
                "state_id": state.id if state else None,
                "state_type": state.type if state else None,
                "state_name": state.name if state else None,
            }
        )


def _instant(at_us: int | None) -> datetime.datetime | None:
    return None if at_us is None else to_datetime(at_us)


class TaskRunCreate(ActionBaseModel):
    """Create a task run, or get the one of that flow run, task key and dynamic key."""

    id: UUID | None = None
    state: StateCreate | None = None
    name: str | None = None
    flow_run_id: UUID | None = None
    task_key: str
    dynamic_key: str
    cache_key: str | None = Field(default=None, max_length=MAX_CACHE_KEY_LENGTH)
    cache_expiration: DateTime | None = None
    task_version: str | None = None
    empirical_policy: TaskRunPolicy = Field(default_factory=TaskRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels | None = Field(default_factory=dict)
    task_inputs: TaskInputs = Field(default_factory=dict)


class TaskRunDefer(ActionBaseModel):
    """Create a task run for task workers, and keep the parameters that they will call it with."""

    task_run: TaskRunCreate
    parameters: ResultKeep | None = None


class TaskRunUpdate(ActionBaseModel):
    """Change a task run."""

    name: str | None = None


class TaskRunResponse(ObjectBaseModel):
    """A task run on a page of task runs."""

    name: str
    flow_run_id: UUID | None = None
    task_key: str
    state_id: UUID | None = None
    state: State[Any] | None = None
    task_version: str | None = None
    task_inputs: TaskInputs = Field(default_factory=dict)
    empirical_policy: TaskRunPolicy = Field(default_factory=TaskRunPolicy)
    tags: list[str] = Field(default_factory=list[str])
    start_time: DateTime | None = None
    end_time: DateTime | None = None
    total_run_time: datetime.timedelta = ZERO
    estimated_run_time: datetime.timedelta = ZERO
    estimated_start_time_delta: datetime.timedelta = ZERO


class TaskRunPaginationResponse(PrefectBaseModel):
    """One page of task runs."""

    results: list[TaskRunResponse]
    count: int
    limit: int
    pages: int
    page: int


__all__ = [
    "Constant",
    "FlowRunResult",
    "Parameter",
    "RunInput",
    "SetState",
    "TaskInputs",
    "TaskRun",
    "TaskRunCreate",
    "TaskRunInput",
    "TaskRunPaginationResponse",
    "TaskRunPolicy",
    "TaskRunResponse",
    "TaskRunResult",
    "TaskRunUpdate",
]
