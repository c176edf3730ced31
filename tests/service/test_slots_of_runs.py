"""Runs take slots when their state changes, and give them back."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import NotFound

from .conftest import Api


def deploy(api: Api, **body: Any) -> dict[str, Any]:
    return api("deployments.create", body={"name": "d", "flow_id": api.flow(), **body})


def scheduled(api: Api, deployment: dict[str, Any]) -> str:
    run = api.flow_run(
        flow_id=deployment["flow_id"], deployment_id=deployment["id"], state={"type": "SCHEDULED"}
    )
    return run["id"]


def taken(api: Api, deployment: dict[str, Any]) -> int:
    return api("deployments.read", id=deployment["id"])["global_concurrency_limit"]["active_slots"]


def test_a_deployment_has_a_limit_of_its_own(api: Api) -> None:
    made = deploy(api, concurrency_limit=2)
    assert made["concurrency_limit"] is None
    assert (made["global_concurrency_limit"]["name"], made["global_concurrency_limit"]["limit"]) == (
        f"deployment:{made['id']}",
        2,
    )
    api("deployments.update", id=made["id"], body={"concurrency_limit": 3})
    assert api("deployments.filter")[0]["global_concurrency_limit"]["limit"] == 3
    assert deploy(api, concurrency_limit=None)["global_concurrency_limit"] is None
    assert api("concurrency_limits.filter") == []


def test_a_limit_may_be_shared_and_outlives_the_deployment(api: Api) -> None:
    shared = api("concurrency_limits.create", body={"name": "shared", "limit": 1})
    made = deploy(api, global_concurrency_limit_id=shared["id"])
    assert made["global_concurrency_limit"]["name"] == "shared"
    api("deployments.delete", id=made["id"])
    assert [limit["name"] for limit in api("concurrency_limits.filter")] == ["shared"]
    with pytest.raises(NotFound):
        deploy(api, global_concurrency_limit_id=made["id"])


def test_an_own_limit_goes_with_its_deployment(api: Api) -> None:
    made = deploy(api, concurrency_limit=2)
    api("deployments.delete", id=made["id"])
    assert api("concurrency_limits.filter") == []


def test_runs_of_a_deployment_without_a_limit(api: Api) -> None:
    run = scheduled(api, deploy(api))
    assert api.set_flow(run, "PENDING")["status"] == "ACCEPT"


def test_runs_take_slots_and_give_them_back(api: Api) -> None:
    made = deploy(api, concurrency_limit=1)
    first, second = scheduled(api, made), scheduled(api, made)
    pending = api.set_flow(first, "PENDING")
    assert pending["status"] == "ACCEPT"
    assert pending["state"]["state_details"]["deployment_concurrency_lease_id"]
    waits = api.set_flow(second, "PENDING")
    assert (waits["status"], waits["state"]["name"]) == ("REJECT", "AwaitingConcurrencySlot")
    api.set_flow(first, "RUNNING")
    assert taken(api, made) == 1
    api.set_flow(first, "COMPLETED")
    assert taken(api, made) == 0
    api.clock.advance(31)
    assert api.set_flow(second, "PENDING")["status"] == "ACCEPT"


def test_further_runs_are_cancelled_where_that_is_wanted(api: Api) -> None:
    made = deploy(api, concurrency_limit=1, concurrency_options={"collision_strategy": "CANCEL_NEW"})
    api.set_flow(scheduled(api, made), "PENDING")
    assert api.set_flow(scheduled(api, made), "PENDING")["state"]["type"] == "CANCELLED"


def test_a_run_that_never_starts_loses_its_slot(api: Api) -> None:
    made = deploy(
        api,
        concurrency_limit=1,
        concurrency_options={"collision_strategy": "ENQUEUE", "grace_period_seconds": 60},
    )
    api.set_flow(scheduled(api, made), "PENDING")
    other = scheduled(api, made)
    assert api.set_flow(other, "PENDING")["status"] == "REJECT"
    api.clock.advance(61)
    assert api.set_flow(other, "PENDING")["status"] == "ACCEPT"


def test_task_runs_take_slots_of_their_tags(api: Api) -> None:
    api("tag_limits.create", body={"tag": "db", "concurrency_limit": 1})
    first = api.task_run("0", tags=["db"])["id"]
    second = api.task_run("1", tags=["db", "other"])["id"]
    assert api.set_task(first, "RUNNING")["status"] == "ACCEPT"
    assert api("tag_limits.read_by_tag", tag="db")["active_slots"] == [first]
    waits = api.set_task(second, "RUNNING")
    assert waits["status"] == "WAIT"
    assert waits["details"]["delay_seconds"] >= 1
    api.set_task(first, "COMPLETED")
    assert api.set_task(second, "RUNNING")["status"] == "ACCEPT"
    api.set_task(second, "CRASHED", force=True)
    assert api("tag_limits.read_by_tag", tag="db")["active_slots"] == []


def test_a_tag_that_nothing_may_run_with(api: Api) -> None:
    api("tag_limits.create", body={"tag": "db", "concurrency_limit": 0})
    assert api.set_task(api.task_run(tags=["db"])["id"], "RUNNING")["status"] == "ABORT"
