"""Every scenario runs with a blocking and an awaiting body; both must leave the same history and answer."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from prefect import allow_failure, flow, task, unmapped
from prefect._base import clock as clocks
from prefect._base.clock import ManualClock
from prefect.states import Cancelled, Completed, Failed
from prefect.testing.utilities import prefect_test_harness

SCENARIOS: list[Callable[[Any], Any]] = []


def scenario(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
    SCENARIOS.append(build)
    return build


class Kit:
    """Makes flows and tasks of one kind out of plain functions, so that a scenario is written once.

    A scenario's flow body is a generator that yields calls; the kit awaits them or not.
    """

    def __init__(self, is_async: bool) -> None:
        self.is_async = is_async

    def task(self, fn: Callable[..., Any], **options: Any) -> Any:
        if not self.is_async:
            return task(fn, **options)

        async def body(*args: Any, **kwargs: Any) -> Any:
            return fn(*args, **kwargs)

        return task(_dressed(body, fn), **options)

    def flow(self, fn: Callable[..., Any], **options: Any) -> Any:
        if not self.is_async:

            def body(*args: Any, **kwargs: Any) -> Any:
                steps = fn(*args, **kwargs)
                if not inspect.isgenerator(steps):
                    return steps
                return _run(steps)

            return flow(_dressed(body, fn), **options)

        async def abody(*args: Any, **kwargs: Any) -> Any:
            steps = fn(*args, **kwargs)
            if not inspect.isgenerator(steps):
                return steps
            return await _arun(steps)

        return flow(_dressed(abody, fn), **options)

    def call(self, made: Any, *args: Any, **kwargs: Any) -> Any:
        value = made(*args, **kwargs)
        return asyncio.run(value) if inspect.iscoroutine(value) else value


def _dressed(body: Any, fn: Any) -> Any:
    body.__name__, body.__qualname__ = fn.__name__, fn.__name__
    body.__signature__ = inspect.signature(fn)
    return body


def _run(steps: Any) -> Any:
    send: Any = None
    error: BaseException | None = None
    while True:
        try:
            thunk = steps.throw(error) if error is not None else steps.send(send)
        except StopIteration as stop:
            return stop.value
        try:
            send, error = thunk(), None
        except Exception as raised:
            error = raised


async def _arun(steps: Any) -> Any:
    send: Any = None
    error: BaseException | None = None
    while True:
        try:
            thunk = steps.throw(error) if error is not None else steps.send(send)
        except StopIteration as stop:
            return stop.value
        try:
            value = thunk()
            send, error = (await value if inspect.iscoroutine(value) else value), None
        except Exception as raised:
            error = raised


# -- scenarios: each answers what is to be compared ---------------------------------------------------


@scenario
def calls_a_task(kit: Kit) -> Any:
    add = kit.task(lambda a, b=10: a + b, name="add")

    def body(n: int) -> Any:
        total = 0
        for i in range(n):
            total += yield lambda i=i: add(i)
        return total

    return kit.call(kit.flow(body), 3)


@scenario
def task_fails_and_is_caught(kit: Kit) -> Any:
    def boom() -> None:
        raise ValueError("boom")

    fails = kit.task(boom)

    def body() -> Any:
        try:
            yield lambda: fails()
        except ValueError as error:
            return f"caught {error}"

    return kit.call(kit.flow(body))


@scenario
def task_fails_and_fails_the_flow(kit: Kit) -> Any:
    def boom() -> None:
        raise ValueError("boom")

    fails = kit.task(boom)

    def body() -> Any:
        yield lambda: fails()

    with pytest.raises(ValueError, match="boom"):
        kit.call(kit.flow(body))


@scenario
def retries_until_it_works(kit: Kit) -> Any:
    calls: list[int] = []

    def flaky() -> int:
        calls.append(1)
        if len(calls) < 3:
            raise OSError("not yet")
        return len(calls)

    flaky_task = kit.task(flaky, retries=5)

    def body() -> Any:
        return (yield lambda: flaky_task())

    return kit.call(kit.flow(body))


@scenario
def retries_after_a_delay(kit: Kit) -> Any:
    calls: list[int] = []

    def flaky() -> int:
        calls.append(1)
        if len(calls) < 3:
            raise OSError("not yet")
        return len(calls)

    flaky_task = kit.task(flaky, retries=2, retry_delay_seconds=[30, 60])

    def body() -> Any:
        return (yield lambda: flaky_task())

    clock = ManualClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clocks, "system", clock)
        answer = kit.call(kit.flow(body))
    assert [round(s) for s in clock.slept_s] == [30, 60]
    return answer


@scenario
def retries_run_out(kit: Kit) -> Any:
    def fails() -> None:
        raise OSError("never")

    fails_task = kit.task(fails, retries=2)

    def body() -> Any:
        state = yield lambda: fails_task(return_state=True)
        return state.name, state.is_failed()

    return kit.call(kit.flow(body))


@scenario
def retry_condition_decides(kit: Kit) -> Any:
    calls: list[int] = []

    def fails() -> None:
        calls.append(1)
        raise KeyError("gone")

    def only_os_errors(task: Any, run: Any, state: Any) -> bool:
        try:
            state.result()
        except OSError:
            return True
        except Exception:
            return False
        return True

    fails_task = kit.task(fails, retries=3, retry_condition_fn=only_os_errors)

    def body() -> Any:
        yield lambda: fails_task(return_state=True)

    kit.call(kit.flow(body))
    return len(calls)


@scenario
def a_returned_failure_is_raised(kit: Kit) -> Any:
    refuses = kit.task(lambda: Failed(message="refused"), name="refuses")

    def body() -> Any:
        try:
            yield lambda: refuses()
        except Exception as error:
            return type(error).__name__, str(error)

    return kit.call(kit.flow(body))


@scenario
def a_returned_completed_state_is_unwrapped(kit: Kit) -> Any:
    made = kit.task(lambda: Completed(data=3, message="by hand"), name="made")

    def body() -> Any:
        return (yield lambda: made())

    return kit.call(kit.flow(body))


@scenario
def flow_retries(kit: Kit) -> Any:
    attempts: list[int] = []

    def body() -> Any:
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("first")
        return len(attempts)

    return kit.call(kit.flow(body, retries=1))


@scenario
def flow_returning_failed_is_retried(kit: Kit) -> Any:
    attempts: list[int] = []

    def body() -> Any:
        attempts.append(1)
        return Failed(message="no") if len(attempts) == 1 else "second"

    return kit.call(kit.flow(body, retries=1))


@scenario
def submits_with_dependencies(kit: Kit) -> Any:
    double = kit.task(lambda x: x * 2, name="double")
    add = kit.task(lambda a, b: a + b, name="add")

    def body() -> Any:
        one, two = double.submit(1), double.submit(2)
        both = add.submit(one, two)
        nested = add.submit(both, double.submit(both))
        return [f.result() for f in (one, two, both, nested)]

    return kit.call(kit.flow(body))


@scenario
def maps(kit: Kit) -> Any:
    add = kit.task(lambda a, b: a + b, name="add")

    def body() -> Any:
        return add.map([1, 2, 3], unmapped(10)).result()

    return kit.call(kit.flow(body))


@scenario
def an_upstream_failure_makes_not_ready(kit: Kit) -> Any:
    def boom() -> None:
        raise ValueError("boom")

    fails = kit.task(boom)
    echo = kit.task(lambda x: x, name="echo")

    def body() -> Any:
        failed = fails.submit()
        after = echo.submit(failed)
        tolerant = echo.submit(allow_failure(failed))
        after.wait()
        return after.state.name, repr(tolerant.result())

    return kit.call(kit.flow(body))


@scenario
def a_subflow_is_tracked(kit: Kit) -> Any:
    inner = kit.flow(lambda x: x + 1, name="inner")

    def body() -> Any:
        a = yield lambda: inner(1)
        b = yield lambda: inner(a)
        return b

    return kit.call(kit.flow(body))


@scenario
def a_subflow_fails(kit: Kit) -> Any:
    def sick() -> None:
        raise ValueError("sick")

    inner = kit.flow(sick)

    def body() -> Any:
        state = yield lambda: inner(return_state=True)
        return state.name, state.message

    return kit.call(kit.flow(body))


@scenario
def validation_refuses(kit: Kit) -> Any:
    def body(n: int) -> Any:
        return n

    body.__annotations__ = {"n": int}
    made = kit.flow(body)
    made.fn.__annotations__ = {"n": int}
    state = kit.call(made, "x", return_state=True)
    return state.name, "valid integer" in state.message


@scenario
def a_cancelled_state_is_returned(kit: Kit) -> Any:
    def body() -> Any:
        return Cancelled(message="enough")

    state = kit.call(kit.flow(body), return_state=True)
    return state.type.value, state.message


@scenario
def hooks_are_called(kit: Kit) -> Any:
    seen: list[str] = []

    def note(which: str) -> Any:
        def hook(subject: Any, run: Any, state: Any) -> None:
            seen.append(f"{which}:{state.name}")

        return hook

    def works() -> int:
        return 1

    def fails() -> None:
        raise ValueError("x")

    options = {key: [note(f"task {key}")] for key in ("on_running", "on_completion", "on_failure")}
    good, bad = kit.task(works, **options), kit.task(fails, retries=1, **options)

    def body() -> Any:
        yield lambda: good()
        yield lambda: bad(return_state=True)

    def broken(*_: Any) -> None:
        raise RuntimeError("hooks may fail")

    kit.call(kit.flow(body, on_completion=[broken, note("flow")], on_running=[note("flow")]))
    return seen


@scenario
def a_timeout_is_a_failure(kit: Kit) -> Any:
    def body() -> Any:
        raise TimeoutError("of its own")

    state = kit.call(kit.flow(body), return_state=True)
    return state.name, state.type.value


@scenario
def names_come_from_templates(kit: Kit) -> Any:
    load = kit.task(lambda table: table, name="load", task_run_name="load-{table}")

    def body(day: str) -> Any:
        return (yield lambda: load("users"))

    return kit.call(kit.flow(body, flow_run_name="etl-{day}"), "monday")


@scenario
def a_wrong_template_fails_the_run(kit: Kit) -> Any:
    def body(day: str) -> Any:
        return day

    with pytest.raises(ValueError, match="names 'dya'"):
        kit.call(kit.flow(body, flow_run_name="etl-{dya}"), "monday")


@pytest.mark.parametrize("build", SCENARIOS, ids=lambda build: build.__name__)
def test_both_bodies_leave_the_same_history(build: Callable[[Kit], Any], history: Any) -> None:
    answer = build(Kit(is_async=False))
    log = history.log()
    with prefect_test_harness():
        async_answer = build(Kit(is_async=True))
        async_log = history.log()
    assert async_answer == answer
    assert async_log == log
    assert log, "a scenario leaves runs behind"


ENDS = {
    "calls_a_task": ("Pending", "Running", "Completed"),
    "flow_retries": ("Pending", "Running", "AwaitingRetry", "Running", "Completed"),
    "flow_returning_failed_is_retried": ("Pending", "Running", "AwaitingRetry", "Running", "Completed"),
    "task_fails_and_fails_the_flow": ("Pending", "Running", "Failed"),
    "validation_refuses": ("Pending", "Failed"),
    "a_wrong_template_fails_the_run": ("Pending", "Failed"),
    "a_timeout_is_a_failure": ("Pending", "Running", "TimedOut"),
    "a_cancelled_state_is_returned": ("Pending", "Running", "Cancelled"),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_flow_run_goes_through(name: str, history: Any) -> None:
    next(build for build in SCENARIOS if build.__name__ == name)(Kit(is_async=False))
    [run] = history.flow_runs()
    assert tuple(history.flow_states(run)) == ENDS[name]
    assert run["state_name"] == ENDS[name][-1]


TASK_ENDS = {
    "retries_until_it_works": ("Pending", "Running", "Retrying", "Retrying", "Completed"),
    "retries_after_a_delay": (
        "Pending",
        "Running",
        "AwaitingRetry",
        "Retrying",
        "AwaitingRetry",
        "Retrying",
        "Completed",
    ),
    "retries_run_out": ("Pending", "Running", "Retrying", "Retrying", "Failed"),
    "retry_condition_decides": ("Pending", "Running", "Failed"),
}


@pytest.mark.parametrize("name", TASK_ENDS)
def test_the_task_run_goes_through(name: str, history: Any) -> None:
    next(build for build in SCENARIOS if build.__name__ == name)(Kit(is_async=False))
    [run] = history.task_runs()
    assert tuple(history.task_states(run)) == TASK_ENDS[name]
    assert run["run_count"] == sum(state in ("Running", "Retrying") for state in TASK_ENDS[name])
