"""The state that a function's end stands for: what it returned, or what it raised."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from types import GeneratorType
from typing import Any, cast

from prefect._base.asked import Cancellation
from prefect._base.state import StateType, StateValue
from prefect._core import outcome as core
from prefect._core.outcome import described
from prefect._engine import result
from prefect._engine.result import Held
from prefect._engine.run import new_state

COMPLETED = StateType.COMPLETED

__all__ = ["crashed_state", "described", "failed_state", "state_of", "timed_out_state"]


def state_of(value: Any) -> StateValue:
    """The final state for a returned value.

    A final state made by the user is kept; any other state, or a collection of nothing but states, decides by
    the states in it; anything else completes the run.
    """
    if isinstance(value, GeneratorType):
        value = list(cast("Iterable[Any]", value))
    if not result.wire_states_loaded():
        return new_state(COMPLETED, data=Held(value))
    if result.is_state(value):
        details = value.state_details
        if details.flow_run_id is None and details.task_run_id is None and value.is_final():
            return _of_fresh_state(value)
        return _of_states(value, [value])
    if isinstance(value, list | tuple | set) and value:
        members = cast("Collection[Any]", value)
        if all(result.is_state(each) for each in members):
            return _of_states(members, list(members))
    return new_state(COMPLETED, data=Held(value))


def _of_fresh_state(state: Any) -> StateValue:
    plain: StateValue = state.to_value()
    data = plain.data
    if data is not None and not isinstance(data, Held) and not hasattr(data, "storage_key"):
        data = Held(data)
    if data is None and plain.type is COMPLETED:
        data = Held(None)
    return new_state(plain.type, plain.name, plain.message, plain.details, data)


def _of_states(value: Any, states: list[Any]) -> StateValue:
    found = core.of_states(states)
    return new_state(found.type, found.name, found.message, data=Held(value))


def failed_state(error: BaseException, subject: core.Subject) -> StateValue:
    """The state of a run whose function raised."""
    found = core.of_exception(error, subject)
    return new_state(found.type, found.name, found.message, data=Held(error))


def timed_out_state(error: TimeoutError, subject: core.Subject, timeout_s: float) -> StateValue:
    """The state of a run that took longer than it may; `error` is what its caller gets."""
    found = core.timed_out(subject, timeout_s)
    return new_state(found.type, found.name, found.message, data=Held(error))


def is_misused_coroutine(error: Exception) -> bool:
    """Whether the user's code took a coroutine for the value that awaiting it gives."""
    return isinstance(error, TypeError | AttributeError) and "coroutine" in str(error)


def crashed_state(error: BaseException) -> StateValue:
    """The state of a run that was aborted rather than ended."""
    if isinstance(error, Cancellation):
        return new_state(StateType.CANCELLED, None, "The flow run around it was cancelled.", data=Held(error))
    found = core.of_crash(error)
    return new_state(found.type, found.name, found.message, data=Held(error))
