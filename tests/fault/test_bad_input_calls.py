"""Calls that do not fit, and decorators on what is no function: errors that name what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prefect import flow, task
from prefect.exceptions import ParameterBindError, ParameterTypeError
from prefect.testing.utilities import prefect_test_harness

if TYPE_CHECKING:
    from conftest import World


@pytest.fixture(autouse=True)
def harness() -> Any:
    with prefect_test_harness():
        yield


@flow
def typed(count: int, names: list[str]) -> int:
    return count


@task
def step(value: int) -> int:
    return value


def test_a_missing_parameter_is_named() -> None:
    with pytest.raises(ParameterBindError, match=r"'typed'.*'names'.*count: int, names: list\[str\]"):
        typed(1)  # pyright: ignore[reportCallIssue]


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(ParameterBindError, match=r"'typed'.*names: list\[str\].*nmaes="):
        typed(1, nmaes=[])  # pyright: ignore[reportCallIssue]


def test_wrong_values_are_named_with_what_is_expected() -> None:
    with pytest.raises(ParameterTypeError) as caught:
        typed("three", [1])  # pyright: ignore[reportArgumentType]

    assert "count: Input should be a valid integer" in str(caught.value)
    assert "names.0: Input should be a valid string" in str(caught.value)


@pytest.mark.parametrize("call", ["direct", "submit", "map"])
def test_calls_of_tasks_that_do_not_fit_fail_the_flow(call: str) -> None:
    @flow
    def around() -> None:
        if call == "direct":
            step()  # pyright: ignore[reportCallIssue]
        elif call == "submit":
            step.submit(1, 2)  # pyright: ignore[reportCallIssue]
        else:
            step.map(vlaue=[1])

    state = around(return_state=True)

    assert state.is_failed()
    with pytest.raises(ParameterBindError, match=r"'step'.*value: int"):
        state.result()


@pytest.mark.parametrize("decorate", [flow, task])
@pytest.mark.parametrize("thing", [5, "my name", object()])
def test_decorating_what_is_no_function(decorate: Any, thing: Any) -> None:
    with pytest.raises(TypeError, match=r"must be callable.*made of functions") as caught:
        decorate(thing)

    assert repr(thing) in str(caught.value)
    assert ("name=" in str(caught.value)) == isinstance(thing, str)


UNPICKLABLE = """
import threading
from prefect import flow, task

@task(persist_result=True)
def lock():
    return threading.Lock()

@flow(persist_result=True)
def live():
    lock().acquire()
    return threading.Lock()

assert live(return_state=True).is_completed()
"""


def test_results_that_cannot_be_written_complete_with_a_warning(world: World) -> None:
    done = world.run(UNPICKLABLE)

    assert done.returncode == 0, done.stderr
    warnings = [line for line in done.stderr.splitlines() if "WARNING" in line]
    assert len(warnings) == 2
    assert all("_thread.lock" in line and "persist_result=False" in line for line in warnings)
    assert world.look() == ({"live": ["Completed"]}, {"lock": ["Completed"]})
