"""What state a finished function leads to: from the states it returned, or from the exception it raised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prefect._base.state import TERMINAL, StateType, StateValue
from prefect._core.transitions import CANCELLED, COMPLETED, CRASHED, FAILED, PAUSED
from prefect._core.values import TIMED_OUT, default_name

Subject = Literal["flow", "task"]
_CALLED: dict[Subject, str] = {"flow": "Flow run", "task": "Task run"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The type, name and message of a state that is to be made."""

    type: StateType
    message: str
    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", default_name(self.type))


# -- returned states ------------------------------------------------------------------------------


def of_states(states: Sequence[StateValue]) -> Outcome:
    """The outcome of a function that returned the `states` of other runs, at least one.

    All completed: completed. Otherwise a cancelled one decides, then a paused one; the rest is a failure.
    """
    if not states:
        raise ValueError("An outcome needs at least one state.")
    types = [state.type for state in states]
    total = len(types)
    completed, cancelled, paused = (types.count(type_) for type_ in (COMPLETED, CANCELLED, PAUSED))
    if completed == total:
        return Outcome(COMPLETED, "All states completed.")
    if cancelled:
        return Outcome(CANCELLED, f"{cancelled}/{total} states cancelled.")
    if paused:
        return Outcome(PAUSED, f"{paused}/{total} states paused.")
    failed = types.count(FAILED) + types.count(CRASHED)
    if failed:
        return Outcome(FAILED, f"{failed}/{total} states failed.")
    unfinished = sum(type_ not in TERMINAL for type_ in types)
    return Outcome(FAILED, f"{unfinished}/{total} states are not final.")


# -- exceptions -----------------------------------------------------------------------------------


def described(exc: BaseException) -> str:
    """``ValueError: no such thing``: the type's name, without module, and the message."""
    return f"{type(exc).__name__}: {exc}"


def timed_out(subject: Subject, timeout_s: float) -> Outcome:
    """The outcome of a function that was stopped when its own time limit was over."""
    return Outcome(FAILED, f"{_CALLED[subject]} exceeded timeout of {timeout_s} second(s)", TIMED_OUT)


def of_exception(exc: BaseException, subject: Subject) -> Outcome:
    """The outcome of a function that raised `exc`: a failure, or a crash of what ran it."""
    if isinstance(exc, TimeoutError):
        return Outcome(FAILED, f"{_CALLED[subject]} failed due to timeout: {exc!r}", TIMED_OUT)
    if not isinstance(exc, Exception):
        return of_crash(exc)
    colon = ":" if subject == "flow" else ""
    return Outcome(FAILED, f"{_CALLED[subject]} encountered an exception{colon} {described(exc)}")


def of_crash(exc: BaseException) -> Outcome:
    """The outcome of a run whose process, runtime or connection failed, as `exc` tells."""
    for base in type(exc).__mro__:
        words = _CRASHES.get((base.__module__.partition(".")[0], base.__name__))
        if words is not None:
            return Outcome(CRASHED, words(exc))
    return Outcome(CRASHED, f"Execution was interrupted by an unexpected exception: {described(exc)}")


def _constant(message: str) -> Callable[[Any], str]:
    return lambda exc: message


def _request_failed(exc: Any) -> str:
    # an error of the transport that was raised outside of a request knows none and says so by raising
    try:
        request = exc.request
    except RuntimeError:
        return f"A request failed: {described(exc)}."
    return f"Request to {request.url} failed: {described(exc)}."


# by package and name, so that deciding imports neither an event loop nor an HTTP client
_CRASHES: dict[tuple[str, str], Callable[[Any], str]] = {
    ("builtins", "SystemExit"): _constant("Execution was aborted by Python system exit call."),
    ("builtins", "KeyboardInterrupt"): _constant("Execution was aborted by an interrupt signal."),
    ("prefect", "TerminationSignal"): _constant("Execution was aborted by a termination signal."),
    ("asyncio", "CancelledError"): _constant("Execution was cancelled by the runtime environment."),
    ("prefect", "Expired"): _constant("Execution was ended by the time limit of a run around it."),
    ("httpx", "TimeoutException"): _request_failed,
    ("httpx", "ConnectError"): _request_failed,
}
