"""Deployments, work pools and queues through the clients, embedded and over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from prefect import exceptions
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.client.schemas.schedules import CronSchedule, construct_schedule


@pytest.fixture
def client() -> Any:
    with get_client(sync_client=True) as made:
        yield made


def test_the_life_of_a_work_pool(client: Any) -> None:
    made = client.create_work_pool(WorkPoolCreate(name="pool", type="process"))
    assert made.default_queue_id
    with pytest.raises(exceptions.ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name="pool", type="process"))
    with pytest.warns(UserWarning, match="stays 'process'"):
        changed = client.create_work_pool(
            WorkPoolCreate(name="pool", type="docker", description="other"), overwrite=True
        )
    assert (changed.id, changed.type, changed.description) == (made.id, "process", "other")
    client.update_work_pool("pool", WorkPoolUpdate(is_paused=True))
    assert client.read_work_pool("pool").is_paused
    assert [pool.name for pool in client.read_work_pools()] == ["pool"]
    client.delete_work_pool("pool")
    with pytest.raises(exceptions.ObjectNotFound):
        client.read_work_pool("pool")


def test_queues_of_a_pool(client: Any) -> None:
    client.create_work_pool(WorkPoolCreate(name="pool", type="process"))
    queue = client.create_work_queue("urgent", priority=1, work_pool_name="pool")
    assert client.read_work_queue_by_name("urgent", work_pool_name="pool").id == queue.id
    client.update_work_queue(queue.id, description="first")
    assert client.read_work_queue(queue.id).description == "first"
    with pytest.raises(ValueError, match="changed"):
        client.update_work_queue(queue.id)
    assert {each.name for each in client.read_work_queues("pool")} == {"default", "urgent"}
    assert [each.name for each in client.match_work_queues(["urg"], "pool")] == ["urgent"]
    client.delete_work_queue_by_id(queue.id)
    assert [each.name for each in client.read_work_queues("pool")] == ["default"]


def test_workers_are_known_by_their_heartbeats(client: Any) -> None:
    client.create_work_pool(WorkPoolCreate(name="pool", type="process"))
    assert client.send_worker_heartbeat("pool", "worker", 5.0) is None
    (worker,) = client.read_workers_for_work_pool("pool")
    assert (worker.name, worker.status, worker.heartbeat_interval_seconds) == ("worker", "ONLINE", 5)
    with pytest.raises(exceptions.ObjectNotFound):
        client.send_worker_heartbeat("other", "worker")


def test_deployments_and_their_schedules(client: Any) -> None:
    flow_id = client.create_flow_from_name("flow")
    id = client.create_deployment(flow_id, "name", tags=["a"], parameters={"x": 1})
    assert client.create_deployment(flow_id, "name", tags=["b"]) == id
    found = client.read_deployment_by_name("flow/name")
    assert (found.id, found.tags) == (id, ["b"])
    with pytest.raises(ValueError, match="flow/deployment"):
        client.read_deployment_by_name("name")
    with pytest.raises(ValueError, match="UUID"):
        client.read_deployment("name")
    (schedule,) = client.create_deployment_schedules(
        id, [(construct_schedule(interval=timedelta(hours=1)), True)], slug="hourly"
    )
    assert (schedule.slug, schedule.active) == ("hourly", True)
    client.update_deployment_schedule(id, schedule.id, active=False)
    assert [each.active for each in client.read_deployment_schedules(id)] == [False]
    client.delete_deployment_schedule(id, schedule.id)
    client.create_deployment_schedules(
        id, [DeploymentScheduleCreate(schedule=CronSchedule(cron="0 1 * * *"))]
    )
    assert len(client.read_deployment(id).schedules) == 1
    client.pause_deployment(id)
    assert client.read_deployment(id).paused
    client.resume_deployment(id)
    client.update_deployment(id, DeploymentUpdate(description="told"))
    assert client.read_deployment(id).description == "told"
    assert [each.id for each in client.read_deployments()] == [id]


def test_runs_of_a_deployment(client: Any) -> None:
    client.create_work_pool(WorkPoolCreate(name="pool", type="process"))
    flow_id = client.create_flow_from_name("flow")
    id = client.create_deployment(flow_id, "name", work_pool_name="pool")
    run = client.create_flow_run_from_deployment(id, parameters={"x": 1}, idempotency_key="once", name="mine")
    assert (run.name, run.state.name, run.parameters) == ("mine", "Scheduled", {"x": 1})
    assert client.create_flow_run_from_deployment(id, idempotency_key="once").id == run.id
    (waiting,) = client.get_scheduled_flow_runs_for_work_pool("pool")
    assert waiting.flow_run.id == run.id
    assert [each.id for each in client.get_scheduled_flow_runs_for_deployments([id])] == [run.id]
    client.delete_deployment(id)
    with pytest.raises(exceptions.ObjectNotFound):
        client.read_deployment(id)


def test_the_server_itself(client: Any) -> None:
    from prefect import __version__

    assert client.api_version() == client.client_version() == __version__
    assert client.api_healthcheck() is None
    client.raise_for_api_version_mismatch()
