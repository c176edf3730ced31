"""Cancellations that are finished by a keeper, and pools that nobody serves."""

from __future__ import annotations

from typing import Any

from tests.service.pools import Pool

from prefect import settings
from prefect._service.keepers import cancellation, cleanup, deployment_status, pool_status
from prefect._service.workers import cleanup as messages
from prefect._store.sql import Statement

VALUES = settings.active()


def test_a_worker_that_says_it_will_be_silent_for_ages_stops_no_keeper(api: Any) -> None:
    api("work_pools.create", body={"name": "p", "type": "process"})
    for name, interval_s in (("late", 2**62), ("odd", -5), ("early", 1)):
        body = {"name": name, "heartbeat_interval_seconds": interval_s}
        api("workers.heartbeat", work_pool_name="p", body=body)
    api.clock.advance(60)
    keep(api, pool_status)
    found = api("workers.filter", work_pool_name="p")
    assert {worker["name"]: worker["status"] for worker in found} == {
        "late": "ONLINE",
        "odd": "OFFLINE",
        "early": "OFFLINE",
    }


def keep(api: Any, keeper: Any = cancellation) -> float | None:
    return api.unit(keeper.KEEPER.round, VALUES)


def reserve(api: Any, pool: Pool, consumer: str = "c") -> list[Any]:
    async def work(unit: Any) -> Any:
        return await messages.reserve(
            unit, pool.row["id"], consumer, kinds=list(messages.KINDS), queue_ids=[], limit=9
        )

    return api.unit(work)


def finish(api: Any, operation: str, message: Any, **more: Any) -> Any:
    return api.unit(messages.finish, operation, {**message, **more})


def cancelling(api: Any, pool: Pool) -> str:
    run = pool.run()
    api.set_flow(run, "RUNNING", force=True)
    api("flow_runs.update", id=run, body={"infrastructure_pid": "host:1"})
    assert api.set_flow(run, "CANCELLING")["status"] == "ACCEPT"
    return run


def test_children_of_a_cancelled_run_end(api: Any) -> None:
    parent = api.flow_run(state={"type": "RUNNING"})["id"]
    task = api.task_run("1", flow_run_id=parent, state={"type": "RUNNING"})["id"]
    stand_in = api.task_run("2", flow_run_id=parent, state={"type": "RUNNING"})["id"]
    inside = api.flow_run(parent_task_run_id=stand_in, state={"type": "RUNNING"})["id"]
    other = api.task_run("3", flow_run_id=parent, state={"type": "RUNNING"})["id"]
    elsewhere = api.flow_run(parent_task_run_id=other, state={"type": "RUNNING"})["id"]
    deployment = api("deployments.create", body={"name": "d", "flow_id": api.flow()})["id"]

    async def deploy(tx: Any) -> None:
        await tx.run(
            Statement("d", "UPDATE flow_run SET deployment_id = :d WHERE id = :id"),
            d=deployment,
            id=elsewhere,
        )

    api.store.write(deploy).result(30)
    api.set_flow(parent, "CANCELLED", force=True)
    assert 0 < (keep(api) or 0) < 5.1
    assert api("flow_runs.read", id=elsewhere)["state_type"] == "CANCELLING"
    assert api("task_runs.read", id=task)["state_type"] == "RUNNING"
    api.clock.advance(6)
    keep(api)
    assert api("task_runs.read", id=task)["state_type"] == "CANCELLED"
    assert api("flow_runs.read", id=inside)["state_type"] == "CANCELLED"
    assert keep(api) is None or api("flow_runs.read", id=parent)["state_type"] == "CANCELLED"


def test_a_cancellation_that_takes_too_long_is_finished_and_torn_down(api: Any) -> None:
    pool = Pool(api)
    run = cancelling(api, pool)
    assert 300 <= (keep(api) or 0) < 300.1
    api.clock.advance(301)
    keep(api)
    assert api("flow_runs.read", id=run)["state_type"] == "CANCELLED"
    [message] = reserve(api, pool)
    assert message["kind"] == messages.CANCELLING_TIMEOUT
    assert message["target"] == {"flow_run_id": run, "infrastructure_pid": "host:1"}
    assert reserve(api, pool) == []
    assert finish(api, "renew", message)["status"] == "accepted"
    assert finish(api, "ack", message, reservation_token="x")["status"] == "invalid_token"
    assert finish(api, "ack", message)["status"] == "accepted"
    assert finish(api, "ack", message)["status"] == "not_found"


def test_a_run_that_ends_in_time_is_left_alone(api: Any) -> None:
    pool = Pool(api)
    run = cancelling(api, pool)
    api.set_flow(run, "CANCELLED", message="stopped")
    api.clock.advance(400)
    keep(api)
    assert api("flow_runs.read", id=run)["state"]["message"] == "stopped"
    assert reserve(api, pool) == []


def test_a_message_that_nobody_can_carry_out_dies(api: Any) -> None:
    pool = Pool(api)
    cancelling(api, pool)
    api.clock.advance(301)
    keep(api)
    [message] = reserve(api, pool)
    assert finish(api, "release", message, reason="busy")["status"] == "accepted"
    [message] = reserve(api, pool)
    api.clock.advance(31)
    assert finish(api, "ack", message)["status"] == "expired"
    keep(api, cleanup)
    [message] = reserve(api, pool)
    assert message["delivery_count"] == 3
    assert finish(api, "release", message)["status"] == "dead_lettered"
    assert reserve(api, pool) == []


def test_what_nobody_serves_is_not_ready(api: Any) -> None:
    pool = Pool(api)
    api("workers.heartbeat", work_pool_name="p", body={"name": "w", "heartbeat_interval_seconds": 10})
    pool.polled()
    api("claims.deployments", body={"deployment_ids": [pool.deployment_id]})

    def statuses() -> tuple[str, str, str]:
        return (
            api("work_pools.read", name="p")["status"],
            api("work_queues.read_in_pool", work_pool_name="p", name="default")["status"],
            api("deployments.read", id=pool.deployment_id)["status"],
        )

    keep(api, pool_status)
    keep(api, deployment_status)
    assert statuses() == ("READY", "READY", "READY")
    changed = api("deployments.read", id=pool.deployment_id)["updated"]
    api.clock.advance(31)
    keep(api, pool_status)
    keep(api, deployment_status)
    assert statuses() == ("NOT_READY", "READY", "READY")
    assert api("workers.filter", work_pool_name="p")[0]["status"] == "OFFLINE"
    api.clock.advance(31)
    keep(api, pool_status)
    keep(api, deployment_status)
    assert statuses() == ("NOT_READY", "NOT_READY", "NOT_READY")
    assert api("deployments.read", id=pool.deployment_id)["updated"] == changed
