"""Flows: options, parameters, names, methods, generators, and how they end."""

from __future__ import annotations

import asyncio
import functools
import threading
import time
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from prefect import flow, get_run_logger, runtime, tags, task
from prefect.exceptions import (
    InvalidNameError,
    ParameterBindError,
    ParameterTypeError,
    ReservedArgumentError,
    UnfinishedRun,
)
from prefect.flow_engine import FlowRunTimeoutError
from prefect.states import Cancelling, Completed, Failed, Paused, Pending, Retrying, Running, Scheduled, State


class Person(BaseModel):
    name: str
    age: int = 1


def test_options_are_checked_where_they_are_written() -> None:
    with pytest.raises(InvalidNameError, match="invalid character"):
        flow(name="a/b")(lambda: None)
    with pytest.raises(TypeError, match="name"):
        flow(name=3)(lambda: None)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="must be callable"):
        flow(3)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="on_failure"):
        flow(on_failure=print)(lambda: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="on_failure"):
        flow(on_failure=["print"])(lambda: None)  # type: ignore[list-item]
    with pytest.raises(ReservedArgumentError, match="return_state"):

        @flow
        def reserved(return_state: bool) -> None: ...


def test_names_and_descriptions() -> None:
    @flow
    def my_little_flow() -> None:
        """Does little."""

    assert my_little_flow.name == "my-little-flow"
    assert my_little_flow.description == "Does little."
    assert my_little_flow.__name__ == "my_little_flow"
    assert flow(lambda: 1).name == "unknown-lambda"
    assert flow(functools.partial(my_little_flow.fn)).name == "my-little-flow"
    assert len(my_little_flow.version or "") == 32


def test_with_options_keeps_what_is_not_given() -> None:
    base = flow(retries=3, retry_delay_seconds=2, timeout_seconds=5, log_prints=True)(lambda: None)
    other = base.with_options(retries=0, timeout_seconds=0, name="other")
    assert (other.retries, other.retry_delay_seconds, other.timeout_seconds) == (0, 2, None)
    assert (other.name, other.log_prints, base.retries) == ("other", True, 3)
    assert base.with_options(log_prints=None).log_prints is None


def test_arguments_are_bound_before_anything_is_created(history: Any) -> None:
    @flow
    def takes(a: int, b: int = 2) -> int:
        return a + b

    with pytest.raises(ParameterBindError, match="missing a required argument: 'a'"):
        takes()  # type: ignore[call-arg]
    with pytest.raises(ParameterBindError, match="'c'"):
        takes(1, c=3)  # type: ignore[call-arg]
    assert history.flow_runs() == []
    assert takes(1) == 3


def test_parameters_are_converted_and_copied() -> None:
    given = [1]

    @flow
    def typed(
        n: int, ratios: list[float], day: date, who: Person, small: Annotated[int, Field(lt=5)] = 1
    ) -> Any:
        ratios.append(0.5)
        return n, ratios, day, who.name, small

    answer = typed("5", ["1", 2], "2026-01-02", {"name": "Ada"})  # type: ignore[arg-type]
    assert answer == (5, [1.0, 2.0, 0.5], date(2026, 1, 2), "Ada", 1)

    @flow
    def appends(values: list[int]) -> None:
        values.append(2)

    appends(given)
    assert given == [1]
    appends.with_options(validate_parameters=False)(given)
    assert given == [1, 2]


def test_wrong_parameters_are_all_named(history: Any) -> None:
    hooked: list[str] = []

    @flow(retries=3, on_failure=[lambda f, run, state: hooked.append(state.name)])
    def typed(n: int, who: Person) -> None: ...

    with pytest.raises(ParameterTypeError, match="n: Input should be a valid integer") as caught:
        typed("many", {"name": 3})  # type: ignore[arg-type]
    assert "who.name: Input should be a valid string" in str(caught.value)
    [run] = history.flow_runs()
    assert run["state_type"] == "FAILED"
    assert run["run_count"] == 0
    assert hooked == ["Failed"]


def test_a_field_default_is_its_default() -> None:
    @flow
    def described(n: int = Field(default=7, description="how many")) -> int:
        return n

    assert described() == 7


def test_what_the_record_tells_of_parameters(history: Any) -> None:
    class Thing:
        def __init__(self) -> None:
            self.size = 1

    @flow(validate_parameters=False)
    def any_kind(a: Any, b: Any, c: Any, d: Any) -> None: ...

    any_kind({"x": [1, None]}, date(2026, 1, 2), Thing(), threading.Lock())
    told = history.flow_runs()[0]["parameters"]
    assert told == {"a": {"x": [1, None]}, "b": "2026-01-02", "c": {"size": 1}, "d": "<lock>"}


def test_returned_states_and_collections_decide() -> None:
    @task
    def bad() -> None:
        raise ValueError("bad")

    @task
    def good() -> int:
        return 1

    def ends(value: Any) -> State[Any]:
        return flow(lambda: value())(return_state=True)

    assert ends(lambda: bad(return_state=True)).message == "1/1 states failed."
    both = ends(lambda: [good(return_state=True), bad(return_state=True)])
    assert (both.name, both.message) == ("Failed", "1/2 states failed.")
    assert ends(lambda: [good.submit(), good.submit()]).message == "All states completed."
    assert ends(lambda: [bad(return_state=True), 1]).is_completed()
    assert ends(lambda: {"a": bad(return_state=True)}).is_completed()
    assert flow(lambda: [bad(return_state=True)])()[0].is_failed()
    assert isinstance(flow(lambda: good.submit())(), State)
    assert flow(lambda: Completed(message="mine", data=4))() == 4
    assert flow(lambda: ValueError("an object"))().args == ("an object",)
    with pytest.raises(ValueError, match="bad"):
        flow(lambda: bad.submit())()
    with pytest.raises(Exception, match="made by hand"):
        flow(lambda: Failed(message="made by hand"))()


def test_a_state_that_is_not_final_fails_the_parent() -> None:
    @task
    def bad() -> None:
        raise ValueError("bad")

    @task
    def echo(x: Any) -> Any:
        return x

    @flow
    def parent() -> Any:
        return echo.submit(bad.submit())

    state = parent(return_state=True)
    assert (state.name, state.message) == ("Failed", "1/1 states are not final.")
    with pytest.raises(UnfinishedRun):
        parent()


def test_a_forgotten_await_is_made_good_inside_the_run(history: Any) -> None:
    @task
    async def later(x: int) -> int:
        if x < 0:
            raise ValueError("negative")
        return x

    @flow
    def forgets(x: int) -> Any:
        return later(x)

    assert forgets(3) == 3
    with pytest.raises(ValueError, match="negative"):
        forgets(-1)
    assert [run["state_name"] for run in history.flow_runs()] == ["Completed", "Failed"]


def test_a_returned_generator_becomes_a_list() -> None:
    assert flow(lambda: (i for i in range(3)))() == [0, 1, 2]


def test_generator_flows_and_tasks(history: Any) -> None:
    @task
    def numbers(n: int) -> Any:
        yield from range(n)
        return "end"

    @flow
    def streams(n: int) -> Any:
        for i in numbers(n):
            yield i * 2

    assert list(streams(3)) == [0, 2, 4]
    assert history.flow_runs()[0]["state_name"] == "Completed"
    assert history.task_runs()[0]["state_name"] == "Completed"
    with pytest.raises(ValueError, match="generator"):
        list(streams(1, return_state=True))

    @flow
    def breaks() -> Any:
        yield 1
        raise ValueError("after one")

    items = breaks()
    assert next(items) == 1
    with pytest.raises(ValueError, match="after one"):
        next(items)
    assert history.flow_runs()[-1]["state_name"] == "Failed"

    closed = streams(5)
    next(closed)
    closed.close()
    assert history.flow_runs()[-1]["state_name"] == "Completed"


def test_async_generators() -> None:
    @task
    async def numbers(n: int) -> Any:
        for i in range(n):
            yield i

    @flow
    async def streams(n: int) -> Any:
        async for i in numbers(n):
            yield i + 1

    async def main() -> list[int]:
        return [i async for i in streams(3)]

    assert asyncio.run(main()) == [1, 2, 3]


def test_timeouts(history: Any) -> None:
    @flow(timeout_seconds=0.05)
    def blocks() -> None:
        threading.Event().wait(20)

    @flow(timeout_seconds=0.05)
    async def waits() -> None:
        await asyncio.sleep(20)

    began = time.monotonic()
    with pytest.raises(FlowRunTimeoutError, match=r"exceeded timeout of 0.05 second"):
        blocks()
    with pytest.raises(TimeoutError):
        asyncio.run(waits())
    assert time.monotonic() - began < 10
    assert [run["state_name"] for run in history.flow_runs()] == ["TimedOut", "TimedOut"]


def test_a_coroutine_that_is_used_as_a_value_is_explained(
    history: Any, recwarn: pytest.WarningsRecorder
) -> None:
    @task
    async def words() -> list[str]:
        return ["a"]

    @flow
    def parent() -> int:
        return len(words())  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="coroutine") as raised:
        parent()
    assert ".submit(...).result()" in raised.value.__notes__[0]
    (run,) = history.flow_runs()
    assert ".submit(...).result()" in run["state"]["message"]


def test_hooks_are_told_how_many_attempts_have_begun_before(history: Any) -> None:
    seen: list[tuple[str, int]] = []

    def note(flow: Any, run: Any, state: Any) -> None:
        seen.append((state.name, run.run_count))

    @flow(retries=1, on_running=[note], on_failure=[note])
    def fails() -> None:
        raise ValueError("once more")

    with pytest.raises(ValueError, match="once more"):
        fails()
    assert seen == [("Running", 0), ("Running", 1), ("Failed", 2)]


@pytest.mark.parametrize("is_task", [False, True])
def test_no_except_clause_for_exceptions_holds_a_timeout_up(is_task: bool, history: Any) -> None:
    def blocks() -> str:
        try:
            threading.Event().wait(20)
        except Exception:
            return "held up"
        return "never"

    timed = task(blocks, timeout_seconds=0.05) if is_task else flow(blocks, timeout_seconds=0.05)
    with pytest.raises(TimeoutError, match=r"exceeded timeout of 0.05 second"):
        timed()
    runs = history.task_runs() if is_task else history.flow_runs()
    assert [run["state_name"] for run in runs] == ["TimedOut"]


@pytest.mark.parametrize("limit", [None, 30])
def test_the_timeout_of_a_flow_holds_for_the_tasks_that_it_calls(limit: float | None, history: Any) -> None:
    calls: list[int] = []

    @task(retries=3, timeout_seconds=limit)
    def blocks() -> None:
        calls.append(1)
        threading.Event().wait(20)

    @flow(timeout_seconds=0.05)
    def parent() -> None:
        blocks()

    began = time.monotonic()
    with pytest.raises(FlowRunTimeoutError):
        parent()
    assert time.monotonic() - began < 10
    assert len(calls) == 1
    assert [run["state_name"] for run in history.flow_runs()] == ["TimedOut"]
    assert [run["state_name"] for run in history.task_runs()] == ["Crashed"]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_timeout_within_a_run_is_not_a_timeout_of_the_run(is_async: bool, history: Any) -> None:
    @task(timeout_seconds=0.05)
    def blocks() -> None:
        threading.Event().wait(20)

    @task(timeout_seconds=0.05)
    async def waits() -> None:
        await asyncio.sleep(20)

    @flow
    def parent() -> None:
        blocks()

    @flow
    async def aparent() -> None:
        await waits()

    with pytest.raises(TimeoutError, match=r"Task run exceeded timeout of 0.05 second"):
        asyncio.run(aparent()) if is_async else parent()
    (run,) = history.flow_runs()
    assert run["state"]["message"].startswith("Flow run failed due to timeout: TaskRunTimeoutError(")


@pytest.mark.parametrize("is_task", [False, True])
@pytest.mark.parametrize("is_async", [False, True])
def test_the_timeout_of_a_generator_is_for_all_its_steps(is_async: bool, is_task: bool, history: Any) -> None:
    def numbers() -> Any:
        yield 1
        threading.Event().wait(20)
        yield 2

    async def anumbers() -> Any:
        yield 1
        await asyncio.sleep(20)
        yield 2

    decorate: Any = task if is_task else flow
    timed = decorate(anumbers if is_async else numbers, timeout_seconds=0.05)
    got: list[int] = []

    async def consume() -> None:
        async for each in timed():
            got.append(each)

    with pytest.raises(TimeoutError, match=r"exceeded timeout of 0.05 second"):
        asyncio.run(consume()) if is_async else got.extend(timed())
    if is_async:
        assert got == [1]
    runs = history.task_runs() if is_task else history.flow_runs()
    assert [run["state_name"] for run in runs] == ["TimedOut"]


def test_a_submitted_task_times_out_on_time_even_if_it_blocks(history: Any) -> None:
    release = threading.Event()

    @task(timeout_seconds=0.05)
    def blocks() -> None:
        release.wait(20)

    @flow
    def parent() -> None:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            blocks.submit().result()
        assert time.monotonic() - began < 5
        release.set()

    parent()
    assert history.task_runs()[0]["state_name"] == "TimedOut"


def test_methods_are_bound_per_access() -> None:
    class Shop:
        factor = 10

        def __init__(self, price: int) -> None:
            self.price = price

        @task
        def cost(self, n: int) -> int:
            return self.price * n

        @flow
        def order(self, n: int) -> int:
            return self.cost(n)

        @flow
        @classmethod
        def of(cls, n: int) -> int:
            return cls.factor * n

        @classmethod
        @flow
        def also_of(cls, n: int) -> int:
            return cls.factor * n

        @flow
        @staticmethod
        def plain(n: int) -> int:
            return n

        @staticmethod
        @flow
        def also_plain(n: int) -> int:
            return n

    one, two = Shop(1).order, Shop(2).order
    assert (one(5), two(5)) == (5, 10)
    assert Shop.of(2) == Shop(1).of(2) == Shop.also_of(2) == 20
    assert Shop.plain(3) == Shop(1).plain(3) == Shop.also_plain(3) == 3


def test_tags_runtime_and_logger(history: Any) -> None:
    seen: dict[str, Any] = {}

    @task(tags={"own"})
    def inside() -> None:
        seen["task"] = (runtime.task_run.task_name, runtime.task_run.tags, runtime.flow_run.name)
        get_run_logger().warning("from the task")

    @flow(flow_run_name=lambda: f"named-{runtime.flow_run.flow_name}")
    def outer(x: int) -> None:
        seen["flow"] = (runtime.flow_run.name, runtime.flow_run.parameters, runtime.flow_run.tags)
        inside()

    with tags("nightly"):
        outer(1)
    assert seen["flow"] == ("named-outer", {"x": 1}, ["nightly"])
    assert seen["task"] == ("inside", ["nightly", "own"], "named-outer")
    assert history.task_runs()[0]["tags"] == ["nightly", "own"]
    assert "from the task" in history.messages()
    assert runtime.flow_run.id is None


def test_prints_go_to_the_log_of_the_run_that_wants_them(
    history: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    @task
    def quiet() -> None:
        print("from the task")

    @flow(log_prints=True)
    def outer() -> None:
        print("from", "the flow", sep="-")
        quiet()

    @flow
    def plain() -> None:
        print("to the terminal")

    outer()
    plain()
    assert {"from-the flow", "from the task"} <= set(history.messages())
    assert "to the terminal" not in history.messages()
    assert capsys.readouterr().out == "to the terminal\n"


def test_subflow_runs_are_tracked_by_a_task_run(history: Any) -> None:
    @flow
    def child(x: int) -> int:
        return x

    @flow
    def parent() -> int:
        return child(1) + child(2)

    assert parent() == 3
    parent_run, first, second = history.flow_runs()
    trackers = {run["id"]: run for run in history.task_runs()}
    assert {first["parent_task_run_id"], second["parent_task_run_id"]} == set(trackers)
    tracker = trackers[second["parent_task_run_id"]]
    assert tracker["flow_run_id"] == parent_run["id"]
    assert (tracker["name"], tracker["dynamic_key"]) == ("child-1", "1")
    assert tracker["state"]["state_details"]["child_flow_run_id"] == second["id"]
    assert history.task_states(tracker)[-3:] == ["Pending", "Running", "Completed"]


def test_a_blocking_flow_in_async_code_and_recursion() -> None:
    @flow
    def down(n: int) -> int:
        return n if n == 0 else down(n - 1) + 1

    async def main() -> int:
        return down(5)

    assert asyncio.run(main()) == 5


def test_system_exit_and_interrupt_crash_the_run(history: Any) -> None:
    @task
    def leaves() -> None:
        raise SystemExit(3)

    @flow
    def outer() -> None:
        leaves()

    with pytest.raises(SystemExit):
        outer()

    @flow
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted(return_state=True)
    assert [run["state_name"] for run in history.flow_runs()] == ["Crashed", "Crashed"]
    assert history.task_runs()[0]["state_name"] == "Crashed"
    assert "exit call" in history.flow_runs()[0]["state"]["message"]


def test_a_cancelled_coroutine_crashes_the_run(history: Any) -> None:
    started = asyncio.Event()

    @flow
    async def waits() -> None:
        started.set()
        await asyncio.sleep(30)

    async def main() -> None:
        running = asyncio.ensure_future(waits())
        await started.wait()
        running.cancel()
        await running

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
    assert history.flow_runs()[0]["state_name"] == "Crashed"


def test_flow_parameter_schema() -> None:
    @flow
    def described(n: int, *more: str, who: Person | None = None, **rest: Any) -> None:
        """Does it.

        Args:
            n: how many
        """

    schema = described.parameters.model_dump()
    assert schema["properties"]["n"]["description"] == "how many"
    assert schema["required"] == ["n"]


def test_plain_scalars_of_the_right_type_need_no_validation() -> None:
    from prefect._engine.params import fit_as_they_are

    def plain(n: int, name: str, ratio: float = 1.0, *, flag: bool = False, anything=None) -> None: ...  # type: ignore[no-untyped-def]

    def rich(n: int, when: date) -> None: ...

    def described(n: int = Field(default=1, lt=5)) -> None: ...

    good = {"n": 1, "name": "x", "ratio": 1.0, "flag": True, "anything": object()}
    assert fit_as_they_are(plain, good)
    for name, value in {"n": True, "name": 1, "ratio": 1, "flag": 1}.items():
        assert not fit_as_they_are(plain, {**good, name: value})
    assert not fit_as_they_are(rich, {"n": 1, "when": date(2026, 1, 1)})
    assert not fit_as_they_are(described, {"n": 7})


@pytest.mark.parametrize("made", [Pending, Running, Scheduled, Cancelling, Retrying])
@pytest.mark.parametrize("is_task", [False, True])
def test_a_returned_state_that_is_not_final_ends_the_run_as_failed(
    is_task: bool, made: Any, history: Any
) -> None:
    calls: list[int] = []

    def function() -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt  # called again and again
        return made()

    decorated: Any = task(function) if is_task else flow(function)
    with pytest.raises(UnfinishedRun):
        decorated()
    (run,) = history.task_runs() if is_task else history.flow_runs()
    assert (run["state_name"], run["state"]["message"]) == ("Failed", "1/1 states are not final.")


def test_a_task_that_returns_a_paused_state_is_not_called_again(history: Any) -> None:
    calls: list[int] = []

    @task
    def waits() -> Any:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return Paused()

    assert waits(return_state=True).is_paused()
