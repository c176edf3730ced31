"""The state that a function's end stands for: what it returned, or what it raised."""

from __future__ import annotations

import asyncio
from types import GeneratorType
from typing import Any

from prefect._base.state import StateType, StateValue
from prefect._engine import result
from prefect._engine.result import Held
from prefect._engine.run import new_state
from prefect.exceptions import TerminationSignal

COMPLETED, FAILED, CRASHED = StateType.COMPLETED, StateType.FAILED, StateType.CRASHED


def state_of(value: Any) -> StateValue:
    """The final state for a returned value.

    A state made by the user is kept; one state of a run, or a collection of nothing but states, decides by the states
    in it; anything else completes the run.
    """
    if isinstance(value, GeneratorType):
        value = list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if not result.wire_states_loaded():
        return new_state(COMPLETED, data=Held(value))
    if result.is_state(value):
        details = value.state_details
        if details.flow_run_id is None and details.task_run_id is None:
            return _of_fresh_state(value)
        return _of_states(value, [value])
    if isinstance(value, list | tuple | set) and value and all(result.is_state(each) for each in value):
        return _of_states(value, list(value))
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
    type_, message = group([state.type for state in states])
    return new_state(type_, None, message, data=Held(value))


def group(types: list[StateType]) -> tuple[StateType, str]:
    """Type and message of a run whose outcome is that of several other runs."""
    total = len(types)
    if all(type_ is COMPLETED for type_ in types):
        return COMPLETED, "All states completed."
    for type_, word in ((StateType.CANCELLED, "cancelled"), (StateType.PAUSED, "paused")):
        if type_ in types:
            return type_, f"{types.count(type_)}/{total} states {word}."
    failed = sum(type_ in (FAILED, CRASHED) for type_ in types)
    if failed:
        return FAILED, f"{failed}/{total} states failed."
    unfinished = sum(type_ is not COMPLETED for type_ in types)
    return FAILED, f"{unfinished}/{total} states are not final."


def described(error: BaseException) -> str:
    """``ValueError: what it says``; the module is named for exceptions that are not built in or ours."""
    kind = type(error)
    text = str(error)
    return f"{kind.__name__}: {text}" if text else kind.__name__


def failed_state(error: BaseException, subject: str) -> StateValue:
    """The state of a run whose function raised; `subject` is "Flow run" or "Task run"."""
    if isinstance(error, TimeoutError):
        name = "TimedOut"
    else:
        name = "Failed"
    colon = ":" if subject == "Flow run" else ""
    message = f"{subject} encountered an exception{colon} {described(error)}"
    return new_state(FAILED, name, message, data=Held(error))


def crashed_state(error: BaseException) -> StateValue:
    """The state of a run that was aborted rather than ended."""
    return new_state(CRASHED, None, crash_message(error), data=Held(error))


def crash_message(error: BaseException) -> str:
    """What is said of an abort, per kind of exception."""
    if isinstance(error, asyncio.CancelledError):
        return "Execution was cancelled by the runtime environment."
    if isinstance(error, KeyboardInterrupt):
        return "Execution was aborted by an interrupt signal."
    if isinstance(error, TerminationSignal):
        return "Execution was aborted by a termination signal."
    if isinstance(error, SystemExit):
        return "Execution was aborted by Python system exit call."
    return f"Execution was interrupted by an unexpected exception: {described(error)}"
