"""Runs that are suspended: their processes end, and they begin from the top when they are resumed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tests.humans.conftest import World

from prefect import flow, resume_flow_run, suspend_flow_run, task
from prefect.exceptions import Pause


@flow
def suspends(asks_for: Any = None, key: str | None = None) -> Any:
    return suspend_flow_run(wait_for_input=asks_for, key=key)


@pytest.fixture
def deployed(world: World) -> UUID:
    """A deployment of the flow."""
    flow_id = world.call("flows.create", body={"name": "suspends"})["id"]
    made = world.call("deployments.create", body={"name": "d", "flow_id": flow_id})
    return UUID(made["id"])


def scheduled(world: World, deployment: UUID) -> str:
    """A run of the deployment that this process has claimed and begun."""
    body: dict[str, Any] = {"flow_id": world.call("deployments.read", id=str(deployment))["flow_id"]}
    body |= {"deployment_id": str(deployment), "state": {"type": "SCHEDULED"}}
    run_id = world.call("flow_runs.create", body=body)["id"]
    begin(world, run_id)
    return run_id


def begin(world: World, run_id: str) -> None:
    for type_ in ("PENDING", "RUNNING"):
        world.call("flow_runs.set_state", id=run_id, body={"state": {"type": type_}})


def test_another_run_is_suspended_and_scheduled_when_it_is_resumed(world: World, deployed: UUID) -> None:
    run_id = scheduled(world, deployed)
    assert suspend_flow_run(flow_run_id=UUID(run_id), wait_for_input=int, key="k") is None
    found = world.run(UUID(run_id))
    assert (found["state_type"], found["state_name"]) == ("PAUSED", "Suspended")
    assert found["state"]["state_details"]["run_input_keyset"]["response"] == "suspended-k-response"
    with pytest.raises(RuntimeError, match="value"):
        resume_flow_run(UUID(run_id), {"value": "x"})
    resume_flow_run(UUID(run_id), {"value": 5})
    assert world.run(UUID(run_id))["state_name"] == "Resuming"
    begin(world, run_id)
    # begun again, it passes by
    assert suspend_flow_run(flow_run_id=UUID(run_id), wait_for_input=int, key="k") == 5
    assert world.run(UUID(run_id))["state_name"] == "Running"
    assert world.run(UUID(run_id))["run_count"] == 1


def test_a_run_without_a_deployment_is_not_suspended(world: World) -> None:
    with pytest.raises(RuntimeError, match="deployment"):
        suspends()
    assert [run["state_name"] for run in world.runs()] == ["Failed"]


def test_a_task_does_not_suspend_its_flow_run() -> None:
    @task
    def tries() -> None:
        suspend_flow_run()

    @flow
    def calls() -> None:
        tries()

    with pytest.raises(RuntimeError, match="task"):
        calls()


def test_suspensions_belong_into_flow_runs() -> None:
    with pytest.raises(RuntimeError, match="outside of flow runs"):
        suspend_flow_run()


def test_the_process_of_a_suspended_run_leaves_it(world: World, deployed: UUID) -> None:
    @flow(name="suspends")
    def own() -> Any:
        from prefect.context import FlowRunContext

        context = FlowRunContext.get()
        assert context is not None
        context.run.id = scheduled(world, deployed)  # as a worker begins a run that was scheduled
        return suspend_flow_run()

    with pytest.raises(Pause) as left:
        own()
    assert left.value.state.name == "Suspended"
    [run] = world.runs("PAUSED")
    assert run["state_name"] == "Suspended"
