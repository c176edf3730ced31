"""Tasks: options, keys, dependencies, and life outside of flows."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import pytest

from prefect import flow, task
from prefect.context import FlowRunContext, TaskRunContext, get_run_context, tags
from prefect.exceptions import MissingContextError, ParameterBindError, PrefectException
from prefect.states import Completed, State
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import opaque


@task
def add(a: int, b: int = 1) -> int:
    return a + b


def test_options_are_checked_where_they_are_written() -> None:
    with pytest.raises(ValueError, match="retry_jitter_factor"):
        task(retry_jitter_factor=-1)(lambda: None)
    with pytest.raises(ValueError, match="50 retry delays"):
        task(retry_delay_seconds=[1] * 51)(lambda: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="retry_delay_seconds"):
        task(retry_delay_seconds="1")(lambda: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="retry_condition_fn"):
        task(retry_condition_fn=1)(lambda: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="task_run_name"):
        task(task_run_name=1)(lambda: None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="tags"):
        task(tags="one")(lambda: None)


def test_any_callable_can_be_a_task() -> None:
    class Adder:
        def __call__(self, x: int) -> int:
            return x + 1

    assert task(Adder())(1) == 2
    assert task(Adder()).name == "Adder"
    assert task(functools.partial(add.fn, b=5))(1) == 6
    assert task(len)([1, 2]) == 2
    assert task(lambda x: x)(3) == 3


def test_options_and_their_variants() -> None:
    many = task(retries=4, retry_delay_seconds=exponential_backoff(10))(add.fn)
    assert many.retry_delay_seconds == [10, 20, 40, 80]
    assert many.with_options(retries=0).retries == 0
    assert many.with_options(tags=["x"]).tags == {"x"}
    assert many.with_options().task_key == many.task_key == add.task_key
    assert add.task_key.startswith("add-")
    assert task(name="other")(add.fn).name == "other"


def test_tasks_run_outside_of_flows(history: Any) -> None:
    assert add(1) == 2
    assert add.fn(1) == 2
    state = add(1, return_state=True)
    assert isinstance(state, State)
    assert state.is_completed()
    runs = history.task_runs()
    assert [run["flow_run_id"] for run in runs] == [None, None]
    assert [run["name"] for run in runs] == ["add", "add"]
    with pytest.raises(ParameterBindError, match="'c'"):
        add(1, c=2)  # type: ignore[call-arg]


def test_results_pass_by_identity_and_are_known_as_inputs(history: Any) -> None:
    big = {"rows": list(range(1000))}

    @task
    def make() -> dict[str, Any]:
        return big

    @task
    def use(rows: Any, other: Any = None) -> bool:
        return rows is big

    @task
    def make_another() -> dict[str, Any]:
        return {"rows": []}

    @flow
    def pipeline() -> bool:
        made = make()
        return use(made) and not use.submit(make_another.submit(), other=[made]).result()

    assert pipeline()
    make_run, use_run, submitted_make, submitted_use = history.task_runs()
    assert use_run["task_inputs"]["rows"] == [{"input_type": "task_run", "id": make_run["id"]}]
    assert use_run["task_inputs"]["other"] == []
    assert submitted_make["id"] in [e["id"] for e in submitted_use["task_inputs"]["rows"]]
    assert [e["id"] for e in submitted_use["task_inputs"]["other"]] == [make_run["id"]]


def test_nested_tasks_name_their_parent(history: Any) -> None:
    @task
    def outer() -> int:
        return add(1)

    @flow
    def pipeline() -> int:
        return outer()

    assert pipeline() == 2
    outer_run, add_run = history.task_runs()
    assert add_run["task_inputs"]["__parents__"] == [{"input_type": "task_run", "id": outer_run["id"]}]
    assert add_run["flow_run_id"] == outer_run["flow_run_id"]


def test_states_as_parameters_and_run_models_refused() -> None:
    @task
    def echo(x: Any) -> Any:
        return x

    @flow
    def pipeline() -> Any:
        state = add(1, return_state=True)
        run = get_run_context().flow_run  # type: ignore[union-attr]
        with pytest.raises(PrefectException, match=r"\.id"):
            echo(run)
        assert echo(opaque(run)) is run
        return echo(state), echo([state]), echo({"k": Completed(data=5)})

    assert pipeline() == (2, [2], {"k": 5})


def test_contexts(history: Any) -> None:
    with pytest.raises(MissingContextError):
        get_run_context()

    @task
    def inside() -> str:
        context = get_run_context()
        assert isinstance(context, TaskRunContext)
        assert context.task_run.state is not None
        assert context.task_run.state.is_running()
        return context.task_run.name

    @flow
    def outer() -> str:
        context = get_run_context()
        assert isinstance(context, FlowRunContext)
        assert context.flow_run.state is not None
        assert context.flow_run.state.is_running()
        with pytest.raises(RuntimeError, match="already entered"), context:
            pass
        return inside()

    assert outer() == history.task_runs()[0]["name"]
    with pytest.raises(TypeError, match="text"), tags(3):  # type: ignore[arg-type]
        pass


def test_async_tasks_in_async_flows_run_at_once() -> None:
    together = 0
    peak = 0

    @task
    async def meet() -> None:
        nonlocal together, peak
        together += 1
        peak = max(peak, together)
        await asyncio.sleep(0)
        together -= 1

    @flow
    async def outer() -> None:
        await asyncio.gather(*(meet() for _ in range(10)))

    asyncio.run(outer())
    assert peak == 10


def test_hooks_of_every_kind_are_called_and_may_fail(history: Any) -> None:
    seen: list[str] = []

    class Hook:
        def __call__(self, task: Any, run: Any, state: Any) -> None:
            seen.append(f"object {run.name} {state.name}")

    async def async_hook(task: Any, run: Any, state: Any) -> None:
        seen.append("async")

    def bound(prefix: str, task: Any, run: Any, state: Any) -> None:
        seen.append(prefix)

    def broken(task: Any, run: Any, state: Any) -> None:
        raise RuntimeError("broken hook")

    @task(on_completion=[Hook(), async_hook, broken, functools.partial(bound, "partial")])
    def works() -> None: ...

    @works.on_running
    def also(task: Any, run: Any, state: Any) -> None:
        seen.append(state.name)

    works()
    assert seen == ["Running", "object works Completed", "async", "partial"]
    assert any("broken" in message for message in history.messages())


def test_mutated_arguments_stay_mutated_across_retries() -> None:
    @task(retries=2)
    def pops(values: list[int]) -> list[int]:
        values.pop()
        if len(values) > 1:
            raise OSError("again")
        return values

    assert pops([1, 2, 3]) == [1]


def test_links_forget_the_oldest_and_stand_many_threads() -> None:
    import threading

    from prefect._engine import links

    known = links.Links()
    kept = [object() for _ in range(links._LINKED_AT_MOST + 100)]
    parts = [kept[i::4] for i in range(4)]

    def remember(part: list[object]) -> None:
        for value in part:
            known.remember(value, "run")

    threads = [threading.Thread(target=remember, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = sum(known.of(value) is not None for value in kept)
    assert found == links._LINKED_AT_MOST
    assert known.of(True) is None


def test_tracebacks_show_the_users_code_alone(history: Any) -> None:
    @task
    def fails() -> None:
        raise ValueError("deep")

    @flow
    def outer() -> None:
        fails()

    with pytest.raises(ValueError, match="deep") as caught:
        outer()
    names = [entry.name for entry in caught.traceback]
    assert names[0].startswith("test_tracebacks")
    assert names[1:] == ["outer", "fails"]


def test_one_future_or_state_may_be_given_to_wait_for(history: Any) -> None:
    order: list[str] = []

    @task
    def note(word: str) -> None:
        order.append(word)

    @flow
    def parent() -> None:
        first = note.submit("first")
        second = note.submit("second", wait_for=first)
        note("third", wait_for=second)
        last = note("fourth", wait_for=second.state, return_state=True)
        note.map(["fifth"], wait_for=last).wait()

    parent()
    assert order == ["first", "second", "third", "fourth", "fifth"]
    waiting = [run["task_inputs"] for run in history.task_runs() if "wait_for" in run["task_inputs"]]
    assert len(waiting) == 4
