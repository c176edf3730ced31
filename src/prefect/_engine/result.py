"""The result of a state: held in memory, or read back from where it was persisted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect._base.state import TERMINAL, StateType
from prefect.exceptions import (
    CancelledRun,
    CrashedRun,
    FailedRun,
    MissingResult,
    PausedRun,
    UnfinishedRun,
)

if TYPE_CHECKING:
    from prefect._wire.states import State

results: Any = lazy.module("prefect.results")
wire_states: Any = lazy.module("prefect._wire.states")

_WRAPPERS = {
    StateType.FAILED: (FailedRun, "Run failed."),
    StateType.CRASHED: (CrashedRun, "Run crashed."),
    StateType.CANCELLED: (CancelledRun, "Run cancelled."),
}


class Held:
    """A result in memory: the value, and where it was written to if it was."""

    __slots__ = ("metadata", "result")

    def __init__(self, result: Any, metadata: Any = None) -> None:
        self.result = result
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"Held({self.result!r})"


async def read_data(data: Any, ports: Ports) -> Any:
    """The value behind a state's `data`."""
    if isinstance(data, Held):
        return data.result
    if data is not None and type(data).__name__ == "ResultRecordMetadata":
        record = await results.read_record(data, ports)
        return record.result
    result = getattr(data, "result", data) if type(data).__name__ == "ResultRecord" else data
    return result


def is_state(value: Any) -> bool:
    """Whether `value` is a public `State`; costs nothing while no such object can exist."""
    if not wire_states_loaded():
        return False
    return isinstance(value, wire_states.State)


def wire_states_loaded() -> bool:
    import sys

    return "prefect._wire.states" in sys.modules


async def exception_of(state: Any, ports: Ports) -> BaseException:
    """The exception that a state stands for; that of the first failed one if it holds several states.

    Raises `ValueError` for states that stand for none, and `TypeError` for data that is no exception.
    """
    if state.type not in _WRAPPERS:
        if state.type in TERMINAL:
            raise ValueError(f"A {state.type} state has no exception.")
        return UnfinishedRun(_unfinished(state))
    wrapper, default = _WRAPPERS[state.type]
    value = await read_data(state.data, ports)
    if isinstance(value, BaseException):
        return value
    if isinstance(value, str):
        return wrapper(value)
    if value is None:
        return wrapper(state.message or default)
    members = [value] if is_state(value) else value
    if isinstance(members, list | tuple | set):
        for member in cast("Iterable[Any]", members):
            if is_state(member) and member.type is not StateType.COMPLETED:
                return await exception_of(member, ports)
    raise TypeError(
        f"A {state.type} state holds an exception, a text or other states, "
        f"not {type(value).__name__}: {value!r}. Its message is: {state.message or default}"
    )


def _unfinished(state: Any) -> str:
    text = f"Run is in {state.type} state, its result is not available."
    return f"{text} {state.message}" if state.message else text


async def result_of(state: Any, ports: Ports, raise_on_failure: bool = True) -> Any:
    """What the run of `state` (a `State` or a `StateValue`) returned; raises what it raised.

    Raises `PausedRun` or `UnfinishedRun` while there is no result yet and `MissingResult` if none was kept.
    """
    if state.type is StateType.PAUSED:
        raise PausedRun("The run is paused, its result is not available yet.", state=state)
    if state.type not in TERMINAL:
        raise UnfinishedRun(_unfinished(state))
    if state.type is not StateType.COMPLETED:
        if raise_on_failure:
            raise await exception_of(state, ports)
        value = await read_data(state.data, ports)
        return value if value is not None else await exception_of(state, ports)
    if state.data is None:
        raise MissingResult(
            "The result of this run was not kept. "
            "Turn on `persist_result` for the task or flow to read it from elsewhere."
        )
    return await read_data(state.data, ports)


def state_result(state: State, raise_on_failure: bool = True, retry_result_failure: bool = True) -> Any:
    return drive(result_of(state, BLOCKING, raise_on_failure))


async def state_aresult(
    state: State, raise_on_failure: bool = True, retry_result_failure: bool = True
) -> Any:
    return await result_of(state, AWAITING, raise_on_failure)
