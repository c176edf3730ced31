"""From what a function returned or raised to the state it leads to."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._base.state import StateType, StateValue
from prefect._core.outcome import Outcome, of_crash, of_exception, of_states, timed_out

T = StateType


def states(*types: str) -> list[StateValue]:
    return [StateValue(T(type_), type_) for type_ in types]


@pytest.mark.parametrize(
    ("types", "outcome", "message"),
    [
        (["COMPLETED"], T.COMPLETED, "All states completed."),
        (["COMPLETED", "COMPLETED"], T.COMPLETED, "All states completed."),
        (["CANCELLED", "FAILED"], T.CANCELLED, "1/2 states cancelled."),
        (["PAUSED", "FAILED"], T.PAUSED, "1/2 states paused."),
        (["FAILED", "CRASHED", "COMPLETED"], T.FAILED, "2/3 states failed."),
        (["CRASHED"], T.FAILED, "1/1 states failed."),
        (["FAILED", "RUNNING"], T.FAILED, "1/2 states failed."),
        (["RUNNING", "COMPLETED"], T.FAILED, "1/2 states are not final."),
        (["CANCELLING"], T.FAILED, "1/1 states are not final."),
        (["PENDING", "SCHEDULED"], T.FAILED, "2/2 states are not final."),
    ],
)
def test_of_states(types: list[str], outcome: StateType, message: str):
    found = of_states(states(*types))
    assert (found.type, found.message, found.name) == (outcome, message, outcome.value.capitalize())


@given(st.lists(st.sampled_from(sorted(StateType)), min_size=1, max_size=6))
def test_the_order_of_states_does_not_matter_and_only_all_completed_completes(types: list[StateType]):
    found = of_states(states(*types))
    assert found == of_states(states(*reversed(types)))
    assert (found.type is T.COMPLETED) is (set(types) == {T.COMPLETED})


def test_no_states_have_no_outcome():
    with pytest.raises(ValueError, match="at least one"):
        of_states([])


class Sub(TimeoutError):
    pass


def test_failures():
    assert of_exception(ValueError("x"), "flow") == Outcome(
        T.FAILED, "Flow run encountered an exception: ValueError: x"
    )
    assert of_exception(ValueError("x"), "task") == Outcome(
        T.FAILED, "Task run encountered an exception ValueError: x"
    )
    assert of_exception(Sub("t"), "flow") == Outcome(
        T.FAILED, "Flow run failed due to timeout: Sub('t')", "TimedOut"
    )
    assert of_exception(TimeoutError("t"), "task").name == "TimedOut"


def test_the_time_limit():
    assert timed_out("task", 0.5) == Outcome(
        T.FAILED, "Task run exceeded timeout of 0.5 second(s)", "TimedOut"
    )
    assert timed_out("flow", 2.0).message == "Flow run exceeded timeout of 2.0 second(s)"


TerminationSignal = type("TerminationSignal", (BaseException,), {"__module__": "prefect.exceptions"})


@pytest.mark.parametrize(
    ("exc", "message"),
    [
        (SystemExit(1), "Execution was aborted by Python system exit call."),
        (KeyboardInterrupt(), "Execution was aborted by an interrupt signal."),
        (TerminationSignal(), "Execution was aborted by a termination signal."),
        (asyncio.CancelledError(), "Execution was cancelled by the runtime environment."),
        (GeneratorExit("g"), "Execution was interrupted by an unexpected exception: GeneratorExit: g"),
        (
            httpx.ReadTimeout("no", request=httpx.Request("GET", "http://h/p")),
            "Request to http://h/p failed: ReadTimeout: no.",
        ),
        (httpx.ConnectError("no"), "A request failed: ConnectError: no."),
    ],
)
def test_crashes(exc: Any, message: str):
    assert of_crash(exc) == Outcome(T.CRASHED, message)
    if not isinstance(exc, Exception):
        assert of_exception(exc, "flow").type is T.CRASHED
