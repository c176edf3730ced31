"""Asking for runs of deployments from programs, inside and outside of flows."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any
from uuid import uuid4

import pytest

from prefect import flow
from prefect.deployments import arun_deployment, run_deployment
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

IT = """
    from prefect import flow
    @flow
    def it(x: int = 1):
        return x * 2
    @flow
    def bad():
        raise ValueError("no")
"""


def test_waiting_for_the_end(place: Any) -> None:
    async def work() -> None:
        place.write(IT)
        deployment = await place.deploy("it")
        async with place.runner(deployment):
            run = await arun_deployment("it/d", parameters={"x": 4}, poll_interval=30, tags=["a"])
            assert run.state is not None
            assert run.state.is_completed()
            assert run.tags == ["a"]
            by_id = await arun_deployment(deployment, flow_run_name="mine", poll_interval=30)
            assert (by_id.name, by_id.state_name) == ("mine", "Completed")

    asyncio.run(work())


def test_not_waiting(place: Any) -> None:
    deployment = asyncio.run(place.deploy("it"))
    first = run_deployment("it/d", timeout=0, idempotency_key="k")
    assert first.state is not None
    assert first.state.is_scheduled()
    assert run_deployment(deployment, timeout=0, idempotency_key="k").id == first.id
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)
    waiting = run_deployment("it/d", timeout=0, scheduled_time=later)
    assert waiting.expected_start_time == later
    assert run_deployment("it/d", timeout=0.01).state_name == "Scheduled"


def test_refusals(place: Any) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    asyncio.run(place.deploy("it", parameter_openapi_schema=schema, enforce_parameter_schema=True))
    with pytest.raises(ValueError, match="negative"):
        run_deployment("it/d", timeout=-1)
    with pytest.raises(ValueError, match="flow/deployment"):
        run_deployment("it")
    with pytest.raises(ObjectNotFound, match="it/e"):
        run_deployment("it/e", timeout=0)
    with pytest.raises(ObjectNotFound):
        run_deployment(uuid4(), timeout=0)
    with pytest.raises(PrefectHTTPStatusError, match="x"):
        run_deployment("it/d", timeout=0, parameters={"x": "many"})


def test_in_a_flow_it_is_a_subflow(place: Any) -> None:
    async def work() -> None:
        place.write(IT)
        deployment = await place.deploy("it")

        @flow
        async def outer() -> Any:
            first = await run_deployment("it/d", parameters={"x": 2})
            alone = await run_deployment("it/d", timeout=0, as_subflow=False)
            return first, alone

        async with place.runner(deployment):
            first, alone = await outer()
        assert alone.parent_task_run_id is None
        tracking = await place.call("task_runs.read", id=str(first.parent_task_run_id))
        assert tracking["state_type"] == "COMPLETED"
        assert tracking["name"] == "d-0"
        assert tracking["state"]["state_details"]["child_flow_run_id"] == str(first.id)

    asyncio.run(work())


def test_a_refused_run_leaves_no_pending_task_run(place: Any) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    asyncio.run(place.deploy("it", parameter_openapi_schema=schema, enforce_parameter_schema=True))

    @flow
    def outer() -> None:
        with pytest.raises(PrefectHTTPStatusError):
            run_deployment("it/d", timeout=0, parameters={"x": "many"})

    outer()
    (found,) = asyncio.run(place.call("task_runs.filter", body={}))
    assert found["state_type"] == "FAILED"
