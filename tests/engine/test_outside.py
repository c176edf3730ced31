"""What task runners and workers of other packages ask of the engine."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from prefect import allow_failure, flow, get_client, task
from prefect.client.schemas.objects import TaskRunResult
from prefect.exceptions import Abort, UpstreamTaskError
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed, Pending, Running
from prefect.utilities import engine
from prefect.utilities.annotations import quote
from prefect.utilities.collections import visit_collection


@task
def make(x: Any) -> Any:
    return x


@task
def fail() -> None:
    raise ValueError("as it should")


def ids(found: set[Any]) -> set[uuid.UUID]:
    return {each.id for each in found}


class Foreign:
    def __init__(self, task_run_id: uuid.UUID) -> None:
        self.task_run_id = task_run_id


def test_upstream_runs_are_found_at_any_depth() -> None:
    @flow
    def work() -> None:
        first, second = make.submit(1), make.submit(2)
        value = {"a": [first, (second.task_run_id, 5)], "b": second, "c": quote(make.submit(3))}
        found = engine.collect_task_run_inputs_sync(value)
        assert found == {TaskRunResult(id=first.task_run_id), TaskRunResult(id=second.task_run_id)}
        assert engine.collect_task_run_inputs_sync([first], max_depth=0) == set()
        state = make(4, return_state=True)
        assert ids(engine.collect_task_run_inputs_sync([state])) == {state.state_details.task_run_id}

    work()


def test_upstream_runs_of_foreign_futures_and_of_results() -> None:
    @flow
    def work() -> None:
        foreign = Foreign(uuid.uuid4())
        assert ids(engine.collect_task_run_inputs_sync([foreign], future_cls=Foreign)) == {
            foreign.task_run_id
        }
        assert engine.collect_task_run_inputs_sync([foreign], future_cls=PrefectFuture) == set()
        state = make([1000, 2000], return_state=True)
        result = state.result()
        assert ids(engine.collect_task_run_inputs_sync({"x": result})) == {state.state_details.task_run_id}
        known = engine.get_state_for_result(result)
        assert known is not None
        assert known[0].state_details.task_run_id == state.state_details.task_run_id
        own = object()
        assert engine.get_state_for_result(own) is None
        engine.link_state_to_task_run_result(state, own)
        assert ids(engine.collect_task_run_inputs_sync([own])) == {state.state_details.task_run_id}

    work()


async def collected(value: Any) -> set[Any]:
    return await engine.collect_task_run_inputs(value)


def test_a_map_over_futures_depends_on_one_run_each() -> None:
    @flow
    def work() -> None:
        first = make.map(range(5))
        second = make.map(first)
        second.wait()
        with get_client(sync_client=True) as client:
            for upstream, downstream in zip(first, second, strict=True):
                run = client.read_task_run(downstream.task_run_id)
                assert [each.id for each in run.task_inputs["x"]] == [upstream.task_run_id]

    work()


def test_futures_become_their_results() -> None:
    @flow
    def work() -> None:
        value = {"a": [make.submit(1), 2], "b": make.submit("x")}
        assert engine.resolve_inputs_sync(value) == {"a": [1, 2], "b": "x"}
        untouched = visit_collection(
            quote(value["b"]), visit_fn=engine.resolve_to_final_result, return_data=True, context={}
        )
        assert untouched.unwrap() is value["b"]
        failed = fail.submit()
        with pytest.raises(UpstreamTaskError, match="did not reach"):
            engine.resolve_inputs_sync({"a": failed})
        tolerated = engine.resolve_inputs_sync({"a": allow_failure(failed)})
        assert isinstance(tolerated["a"], ValueError)

    work()


def test_states_are_proposed() -> None:
    @flow
    def work() -> None:
        return None

    with get_client(sync_client=True) as client:
        run = client.create_flow_run(work, state=Pending())
        state = engine.propose_state_sync(client, Running(), run.id)
        assert state.is_running()
        with pytest.raises(Abort, match="cannot become PENDING"):
            engine.propose_state_sync(client, Pending(), run.id)
        ended = engine.propose_state_sync(client, Completed(data=5), run.id)
        assert (ended.name, ended.data) == ("Completed", 5)
        forced = engine.propose_state_sync(client, Failed(message="after all"), run.id, force=True)
        assert forced.is_failed()


async def proposed(run_id: uuid.UUID) -> str | None:
    async with get_client() as client:
        return (await engine.propose_state(client, Running(), run_id)).name


def test_states_are_proposed_by_async_code() -> None:
    @flow
    async def work() -> None:
        async with get_client() as client:
            run = await client.create_flow_run(work, state=Pending())
        assert await proposed(run.id) == "Running"
        assert await collected([make.submit(1)]) != set()

    asyncio.run(work())
