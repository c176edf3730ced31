"""States: making them, and asking them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._core.outcome import of_crash
from prefect._engine import outcome
from prefect._engine.result import Held, exception_of, result_of
from prefect._wire.common import now
from prefect._wire.states import State, StateCreate, StateDetails

R = TypeVar("R")

caching: Any = lazy.module("prefect._engine.caching")

__all__ = [
    "AwaitingConcurrencySlot",
    "AwaitingRetry",
    "Cancelled",
    "Cancelling",
    "Completed",
    "Crashed",
    "Failed",
    "InfrastructurePending",
    "Late",
    "Paused",
    "Pending",
    "Retrying",
    "Running",
    "Scheduled",
    "State",
    "StateDetails",
    "StateGroup",
    "StateType",
    "Submitting",
    "Suspended",
    "exception_to_crashed_state",
    "exception_to_failed_state",
    "format_exception",
    "get_state_exception",
    "get_state_result",
    "is_state",
    "is_state_iterable",
    "raise_state_exception",
    "return_value_to_state",
    "to_state_create",
]


# how often, and after how many seconds, a result that cannot be read yet is tried again
RESULT_READ_MAXIMUM_ATTEMPTS = 10
RESULT_READ_RETRY_DELAY = 0.25


def to_state_create(state: State[Any]) -> StateCreate:
    """The body that proposes `state`; of its result only where it is kept is told."""
    metadata = getattr(state.data, "metadata", None)
    data = metadata if metadata is not None else None if isinstance(state.data, Held) else state.data
    return StateCreate(
        type=state.type, name=state.name, message=state.message, data=data, state_details=state.state_details
    )


def _make(cls: type[State[Any]], type_: StateType, options: dict[str, Any], **defaults: Any) -> State[Any]:
    details = options.pop("state_details", None) or StateDetails()
    return cls(type=type_, state_details=details, **{**defaults, **options})


def Scheduled(
    cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any
) -> State[Any]:
    """To run at `scheduled_time` (by default now). Raises `ValueError` if the details name a time as well."""
    details: StateDetails = kwargs.pop("state_details", None) or StateDetails()
    if scheduled_time is not None and details.scheduled_time is not None:
        raise ValueError("`state_details` names a scheduled time as well; give only one.")
    if details.scheduled_time is None:
        details = details.model_copy(update={"scheduled_time": scheduled_time or now()})
    return _make(cls, StateType.SCHEDULED, {**kwargs, "state_details": details})


def Completed(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run ended well."""
    return _make(cls, StateType.COMPLETED, kwargs)


def Running(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run is being executed."""
    return _make(cls, StateType.RUNNING, kwargs)


def Failed(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run's own code failed."""
    return _make(cls, StateType.FAILED, kwargs)


def Crashed(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run ended because its process or infrastructure did."""
    return _make(cls, StateType.CRASHED, kwargs)


def Cancelling(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run was asked to stop."""
    return _make(cls, StateType.CANCELLING, kwargs)


def Cancelled(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run was stopped."""
    return _make(cls, StateType.CANCELLED, kwargs)


def Pending(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run waits for what it needs to start."""
    return _make(cls, StateType.PENDING, kwargs)


def Submitting(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The run is being handed to its infrastructure."""
    return _make(cls, StateType.PENDING, kwargs, name="Submitting")


def InfrastructurePending(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """The infrastructure of the run is being started."""
    return _make(cls, StateType.PENDING, kwargs, name="InfrastructurePending")


def Paused(
    cls: type[State[Any]] = State,
    timeout_seconds: int | None = None,
    pause_expiration_time: datetime | None = None,
    reschedule: bool = False,
    pause_key: str | None = None,
    **kwargs: Any,
) -> State[Any]:
    """The run waits until it is resumed or the pause times out. Raises `ValueError` for two timeouts."""
    details: StateDetails = kwargs.pop("state_details", None) or StateDetails()
    if details.pause_timeout is not None:
        raise ValueError("`state_details` names a pause timeout as well; give only one.")
    if timeout_seconds is not None and pause_expiration_time is not None:
        raise ValueError("Give either `pause_expiration_time` or `timeout_seconds`, not both.")
    if pause_expiration_time is None and timeout_seconds is not None:
        pause_expiration_time = now() + timedelta(seconds=timeout_seconds)
    details = details.model_copy(
        update={
            "pause_timeout": pause_expiration_time,
            "pause_reschedule": reschedule,
            "pause_key": pause_key,
        }
    )
    return _make(cls, StateType.PAUSED, {**kwargs, "state_details": details})


def Suspended(
    cls: type[State[Any]] = State,
    timeout_seconds: int | None = None,
    pause_expiration_time: datetime | None = None,
    pause_key: str | None = None,
    **kwargs: Any,
) -> State[Any]:
    """Paused, and its process has ended; resuming schedules the run again."""
    return Paused(
        cls,
        timeout_seconds=timeout_seconds,
        pause_expiration_time=pause_expiration_time,
        reschedule=True,
        pause_key=pause_key,
        **{"name": "Suspended", **kwargs},
    )


def AwaitingRetry(
    cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any
) -> State[Any]:
    """Failed, and to be tried again at `scheduled_time`."""
    return Scheduled(cls, scheduled_time, **{"name": "AwaitingRetry", **kwargs})


def AwaitingConcurrencySlot(
    cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any
) -> State[Any]:
    """Waits until a concurrency limit has room."""
    return Scheduled(cls, scheduled_time, **{"name": "AwaitingConcurrencySlot", **kwargs})


def Late(cls: type[State[Any]] = State, scheduled_time: datetime | None = None, **kwargs: Any) -> State[Any]:
    """Its time has passed and nobody has picked the run up."""
    return Scheduled(cls, scheduled_time, **{"name": "Late", **kwargs})


def Retrying(cls: type[State[Any]] = State, **kwargs: Any) -> State[Any]:
    """Running again after a failure."""
    return _make(cls, StateType.RUNNING, kwargs, name="Retrying")


# -- asking ---------------------------------------------------------------------------------------


def is_state(obj: Any) -> bool:
    """Whether `obj` is a state."""
    return isinstance(obj, State)


def is_state_iterable(obj: Any) -> bool:
    """Whether `obj` is a non-empty list, set or tuple of nothing but states."""
    if not isinstance(obj, list | set | tuple):
        return False
    members = cast("Collection[Any]", obj)
    return bool(members) and all(isinstance(each, State) for each in members)


class StateGroup:
    """Several states, counted."""

    def __init__(self, states: list[State[Any]]) -> None:
        self.states = states
        self.type_counts = {type_: sum(state.type is type_ for state in states) for type_ in StateType}
        self.total_count = len(states)
        self.not_final_count = sum(state.type not in TERMINAL for state in states)
        self.cancelled_count = self.type_counts[StateType.CANCELLED]
        self.failed_count = self.type_counts[StateType.FAILED]
        self.crashed_count = self.type_counts[StateType.CRASHED]
        self.paused_count = self.type_counts[StateType.PAUSED]

    @property
    def fail_count(self) -> int:
        return self.failed_count + self.crashed_count

    def all_completed(self) -> bool:
        return self.type_counts[StateType.COMPLETED] == self.total_count

    def any_cancelled(self) -> bool:
        return self.cancelled_count > 0

    def any_failed(self) -> bool:
        return self.fail_count > 0

    def any_paused(self) -> bool:
        return self.paused_count > 0

    def all_final(self) -> bool:
        return self.not_final_count == 0

    def counts_message(self) -> str:
        """How many of the states are of which type, as text."""
        counted = [f"{count} {type_.value!r}" for type_, count in self.type_counts.items() if count]
        return f"{self.total_count} states: {', '.join(counted)}"


async def aget_state_exception(state: State[Any]) -> BaseException:
    """The exception that a failed, crashed or cancelled state stands for; `ValueError` for Completed."""
    return await exception_of(state, AWAITING)


@async_dispatch(aget_state_exception)
def get_state_exception(state: State[Any]) -> BaseException:
    """The exception that a failed, crashed or cancelled state stands for; `ValueError` for Completed."""
    return drive(exception_of(state, BLOCKING))


async def araise_state_exception(state: State[Any]) -> None:
    """Raise the exception of a failed, crashed or cancelled state; nothing for the others."""
    if state.is_failed() or state.is_crashed() or state.is_cancelled():
        raise await exception_of(state, AWAITING)


@async_dispatch(araise_state_exception)
def raise_state_exception(state: State[Any]) -> None:
    """Raise the exception of a failed, crashed or cancelled state; nothing for the others."""
    if state.is_failed() or state.is_crashed() or state.is_cancelled():
        raise drive(exception_of(state, BLOCKING))


async def get_state_result(
    state: State[R], raise_on_failure: bool = True, retry_result_failure: bool = True
) -> Any:
    """The result behind a state; see `State.result`."""
    return await result_of(state, AWAITING, raise_on_failure)


# -- from what a function did ---------------------------------------------------------------------


def _public(value: StateValue, options: dict[str, Any]) -> State[Any]:
    state = State.from_value(value)
    return state.model_copy(update=options) if options else state


async def return_value_to_state(
    retval: Any,
    result_store: Any = None,
    key: str | None = None,
    expiration: datetime | None = None,
    write_result: bool = False,
) -> State[Any]:
    """The final state of a run that returned `retval`; with `write_result` its result is written."""
    return await value_to_state(retval, result_store, key, expiration, write_result, AWAITING)


async def value_to_state(
    retval: Any,
    result_store: Any,
    key: str | None,
    expiration: datetime | None,
    write_result: bool,
    ports: Ports,
) -> State[Any]:
    """`return_value_to_state`, for callers of both kinds."""
    value = outcome.state_of(retval)
    if write_result and isinstance(value.data, Held) and result_store is not None:
        value = await caching.written(value, result_store, ports, None, key, expiration)
    return _public(value, {})


async def exception_to_failed_state(
    exc: BaseException | None = None,
    result_store: Any = None,
    write_result: bool = False,
    **kwargs: Any,
) -> State[Any]:
    """The Failed state of a run that raised `exc`, by default the exception that is being handled."""
    return await error_to_state(_current_exception(exc), result_store, write_result, AWAITING, kwargs)


async def error_to_state(
    exc: BaseException | None, result_store: Any, write_result: bool, ports: Ports, kwargs: dict[str, Any]
) -> State[Any]:
    """`exception_to_failed_state`, for callers of both kinds."""
    error = _current_exception(exc)
    given = kwargs.pop("message", None)
    message = f"{given} {outcome.described(error)}" if given else outcome.described(error)
    value = StateValue(
        StateType.FAILED, "Failed", message=message, details={"retriable": False}, data=Held(error)
    )
    if write_result and result_store is not None:
        value = await caching.written(value, result_store, ports, None)
    return State(
        type=StateType.FAILED,
        message=message,
        data=value.data,
        state_details=StateDetails(retriable=False),
        **kwargs,
    )


async def exception_to_crashed_state(exc: BaseException, result_store: Any = None) -> State[Any]:
    """The Crashed state of a run that was aborted by `exc`."""
    return State(
        type=StateType.CRASHED,
        message=of_crash(exc).message,
        data=Held(exc),
        state_details=StateDetails(),
    )


def _current_exception(exc: BaseException | None) -> BaseException:
    import sys

    found = exc or sys.exc_info()[1]
    if found is None:
        raise ValueError("No exception was given, and none is being handled.")
    return found


def format_exception(exc: BaseException, tb: Any = None) -> str:
    """``Type: message``; with a traceback its whole text."""
    if tb is None:
        return outcome.described(exc)
    import traceback

    return "".join(traceback.format_exception(type(exc), exc, tb))
