"""The public `State` of a run, its details, and the answers to a proposed change of state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, Literal, Self
from uuid import UUID

from pydantic import Field, field_serializer, field_validator, model_validator
from typing_extensions import TypeVar

from prefect._base import late
from prefect._base.clock import to_datetime, to_us
from prefect._base.ids import new_uuid
from prefect._base.state import DETAIL_DEFAULTS, TERMINAL, StateType, StateValue
from prefect._wire.common import (
    ActionBaseModel,
    DateTime,
    ObjectBaseModel,
    PrefectBaseModel,
    TimeSeriesBaseModel,
    now,
)
from prefect._wire.results import ResultRecordMetadata

R = TypeVar("R", default=Any)
TERMINAL_STATES = set(TERMINAL)

# details that are instants: the public name -> the name inside the house, in microseconds
INSTANTS: Mapping[str, str] = {
    "scheduled_time": "scheduled_us",
    "cache_expiration": "cache_expiration_us",
    "pause_timeout": "pause_timeout_us",
}
_PUBLIC_INSTANTS = {inner: public for public, inner in INSTANTS.items()}
_UUIDS = frozenset(
    {
        "flow_run_id",
        "task_run_id",
        "child_flow_run_id",
        "transition_id",
        "task_parameters_id",
        "deployment_concurrency_lease_id",
    }
)


class RunType(StrEnum):
    """The two kinds of runs."""

    FLOW_RUN = "flow_run"
    TASK_RUN = "task_run"


class StateDetails(PrefectBaseModel):
    """What goes with a state besides its message: ids, times of schedule and pause, cache key."""

    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None
    child_flow_run_id: UUID | None = None
    scheduled_time: DateTime | None = None
    cache_key: str | None = None
    cache_expiration: DateTime | None = None
    deferred: bool | None = None
    untrackable_result: bool = False
    pause_timeout: DateTime | None = None
    pause_reschedule: bool = False
    pause_key: str | None = None
    run_input_keyset: dict[str, str] | None = None
    refresh_cache: bool | None = None
    retriable: bool | None = None
    transition_id: UUID | None = None
    task_parameters_id: UUID | None = None
    traceparent: str | None = None
    deployment_concurrency_lease_id: UUID | None = None

    def to_run_result(self, run_type: RunType) -> Any:
        """How a task's inputs name the run of this state; None if the state belongs to no such run."""
        from prefect._wire.task_runs import FlowRunResult, TaskRunResult

        if run_type == RunType.FLOW_RUN and self.flow_run_id:
            return FlowRunResult(id=self.flow_run_id)
        if run_type == RunType.TASK_RUN and self.task_run_id:
            return TaskRunResult(id=self.task_run_id)
        return None

    @classmethod
    def from_plain(cls, details: Mapping[str, Any]) -> StateDetails:
        """Made of the details of a :class:`StateValue`, without checking them again."""
        public: dict[str, Any] = {}
        for key, value in details.items():
            if key in _PUBLIC_INSTANTS:
                public[_PUBLIC_INSTANTS[key]] = to_datetime(value)
            elif key in _UUIDS:
                public[key] = UUID(value)
            else:
                public[key] = value
        return cls.model_construct(**public)

    def to_plain(self) -> dict[str, Any]:
        """The details of a :class:`StateValue`: only what is set, ids as text, instants in microseconds."""
        plain: dict[str, Any] = {}
        for key, unset in DETAIL_DEFAULTS.items():
            value = getattr(self, key)
            if value is None or value == unset:
                continue
            if key in INSTANTS:
                plain[INSTANTS[key]] = to_us(value)
            else:
                plain[key] = str(value) if key in _UUIDS else value
        return plain


def data_discriminator(data: Any) -> str:
    """How the `data` of a state is told apart: a reference to a stored result, or any value."""
    if isinstance(data, ResultRecordMetadata) or (isinstance(data, dict) and "storage_key" in data):
        return "ResultRecordMetadata"
    return "Any"


def load_data(data: Any) -> Any:
    """`data` as it is held by a state; the dict of a reference becomes the reference."""
    if type(data) is dict:
        if data.get("type") == "unpersisted":  # type: ignore[reportUnknownMemberType]
            return None
        if "storage_key" in data:
            return ResultRecordMetadata.model_validate(data)
    return data  # type: ignore[reportUnknownVariableType]


def dump_data(data: Any) -> Any:
    """`data` as JSON: the reference to a stored result, or None for a result that is held in memory only."""
    if isinstance(data, ResultRecordMetadata):
        return data.model_dump(mode="json", serialize_as_any=True)
    metadata = getattr(data, "metadata", None)
    if isinstance(metadata, ResultRecordMetadata):
        return dump_data(metadata) if metadata.storage_key is not None else None
    return data


def title(state_type: StateType) -> str:
    """The name of a state that was given none."""
    return state_type.value.capitalize()


class State(TimeSeriesBaseModel, ObjectBaseModel, Generic[R]):
    """The state of a run.

    `type` decides what it means, `name` is how people call it. `timestamp` is when the run entered it (UTC).
    `data` is the run's result: a reference to where it is stored, or, in the process that made it, the value.
    """

    _reset_fields: ClassVar[frozenset[str]] = frozenset({"id", "created", "updated"})

    type: StateType
    name: str | None = Field(default=None)
    timestamp: DateTime = Field(default_factory=now)
    message: str | None = Field(default=None, examples=["Run started"])
    state_details: StateDetails = Field(default_factory=StateDetails)
    data: Any = Field(default=None)

    @field_validator("data")
    @classmethod
    def _load_data(cls, data: Any) -> Any:
        return load_data(data)

    @field_serializer("data", when_used="json")
    def _dump_data(self, data: Any) -> Any:
        return dump_data(data)

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        fill_in(self)
        return self

    @classmethod
    def from_value(
        cls, value: StateValue, *, flow_run_id: str | None = None, task_run_id: str | None = None
    ) -> Self:
        """The public form of a plain state, with the ids of its run in the details."""
        details = dict(value.details)
        if flow_run_id is not None:
            details.setdefault("flow_run_id", flow_run_id)
        if task_run_id is not None:
            details.setdefault("task_run_id", task_run_id)
        return cls.model_construct(
            id=UUID(value.id) if value.id else new_uuid(),
            created=None,
            updated=None,
            type=value.type,
            name=value.name,
            timestamp=to_datetime(value.at_us) if value.at_us else now(),
            message=value.message,
            state_details=StateDetails.from_plain(details),
            data=load_data(value.data),
        )

    def to_value(self) -> StateValue:
        """The plain form of this state; `data` is handed on as it is."""
        return StateValue(
            type=self.type,
            name=self.name or title(self.type),
            id=str(self.id),
            at_us=to_us(self.timestamp),
            message=self.message,
            details=self.state_details.to_plain(),
            data=self.data,
        )

    def result(
        self, raise_on_failure: bool = True, retry_result_failure: bool = True, *, _sync: bool | None = None
    ) -> Any:
        """What the run returned; raises what it raised, unless `raise_on_failure` is off.

        In async code this gives a coroutine to await (:meth:`aresult`). Raises `UnfinishedRun` while the run
        goes on, `PausedRun` while it is paused and `MissingResult` if the result was not kept.
        """
        if _sync is None and late.call("state.is_async"):
            return self.aresult(raise_on_failure, retry_result_failure)
        return late.call("state.result", self, raise_on_failure, retry_result_failure)

    async def aresult(self, raise_on_failure: bool = True, retry_result_failure: bool = True) -> Any:
        """What the run returned, for async code; see :meth:`result`."""
        return await late.call("state.aresult", self, raise_on_failure, retry_result_failure)

    def is_scheduled(self) -> bool:
        return self.type is StateType.SCHEDULED

    def is_pending(self) -> bool:
        return self.type is StateType.PENDING

    def is_running(self) -> bool:
        return self.type is StateType.RUNNING

    def is_completed(self) -> bool:
        return self.type is StateType.COMPLETED

    def is_failed(self) -> bool:
        return self.type is StateType.FAILED

    def is_crashed(self) -> bool:
        return self.type is StateType.CRASHED

    def is_cancelled(self) -> bool:
        return self.type is StateType.CANCELLED

    def is_cancelling(self) -> bool:
        return self.type is StateType.CANCELLING

    def is_final(self) -> bool:
        return self.type in TERMINAL

    def is_paused(self) -> bool:
        return self.type is StateType.PAUSED

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that is entered now, unless `update` gives a timestamp."""
        return super().model_copy(update={"timestamp": now(), **(update or {})}, deep=deep)

    def fresh_copy(self, **kwargs: Any) -> Self:
        """A copy with an id and a timestamp of its own, not stored yet; `kwargs` go to :meth:`model_copy`."""
        given: Mapping[str, Any] = kwargs.pop("update", None) or {}
        update = {"id": new_uuid(), "created": None, "updated": None, **given}
        return self.model_copy(update=update, **kwargs)

    def __str__(self) -> str:
        parts = [repr(self.message)] if self.message else []
        if (self.name or "").lower() != self.type.value.lower():
            parts.append(f"type={self.type.value}")
        return f"{self.name}({', '.join(parts)})"

    def __repr__(self) -> str:
        return f"{self.name}(message={self.message!r}, type={self.type.value}, result={self.data!r})"

    def __hash__(self) -> int:
        details = self.state_details
        return hash((details.flow_run_id, details.task_run_id, self.timestamp, self.type))


class StateCreate(ActionBaseModel):
    """A state that is proposed; id and timestamp are given by whoever accepts it."""

    type: StateType
    name: str | None = Field(default=None)
    message: str | None = Field(default=None, examples=["Run started"])
    state_details: StateDetails = Field(default_factory=StateDetails)
    data: Any = Field(default=None)

    @field_validator("data")
    @classmethod
    def _load_data(cls, data: Any) -> Any:
        return load_data(data)

    @field_serializer("data", when_used="json")
    def _dump_data(self, data: Any) -> Any:
        return dump_data(data)

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        fill_in(self)
        return self


def fill_in(state: State[Any] | StateCreate) -> None:
    """Give a state what it has by default: the name of its type, and now as the time it is scheduled for."""
    if not state.name:
        state.name = title(state.type)
    if state.type is StateType.SCHEDULED and state.state_details.scheduled_time is None:
        state.state_details = state.state_details.model_copy(update={"scheduled_time": now()})


class SetStateStatus(StrEnum):
    """The four answers to a proposed state."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    ABORT = "ABORT"
    WAIT = "WAIT"


class StateAcceptDetails(PrefectBaseModel):
    """The proposed state was taken."""

    type: Literal["accept_details"] = "accept_details"


class StateRejectDetails(PrefectBaseModel):
    """Another state stands instead of the proposed one."""

    type: Literal["reject_details"] = "reject_details"
    reason: str | None = None


class StateAbortDetails(PrefectBaseModel):
    """The run must not go on here."""

    type: Literal["abort_details"] = "abort_details"
    reason: str | None = None


class StateWaitDetails(PrefectBaseModel):
    """Propose the state again after `delay_seconds`."""

    type: Literal["wait_details"] = "wait_details"
    delay_seconds: int
    reason: str | None = None


class OrchestrationResult(PrefectBaseModel, Generic[R]):
    """The answer to a proposed state: what was decided, and the state that stands now."""

    state: State[Any] | None
    status: SetStateStatus
    details: Annotated[
        StateAcceptDetails | StateWaitDetails | StateRejectDetails | StateAbortDetails,
        Field(discriminator="type"),
    ]


class CountByState(PrefectBaseModel):
    """How many runs there are of each type of state."""

    COMPLETED: int = 0
    PENDING: int = 0
    RUNNING: int = 0
    FAILED: int = 0
    CANCELLED: int = 0
    CRASHED: int = 0
    PAUSED: int = 0
    CANCELLING: int = 0
    SCHEDULED: int = 0


__all__ = [
    "CountByState",
    "OrchestrationResult",
    "ResultRecordMetadata",
    "RunType",
    "SetStateStatus",
    "State",
    "StateAbortDetails",
    "StateAcceptDetails",
    "StateCreate",
    "StateDetails",
    "StateRejectDetails",
    "StateType",
    "StateWaitDetails",
    "TERMINAL_STATES",
]
