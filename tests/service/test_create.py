"""Creating flows and runs twice gives one."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import Conflict, Invalid, NotFound

ID = "4af2b7f0-7d2c-4f5e-9d7e-0d1c9a4a3f11"


def test_a_flow_is_created_once(api: Any) -> None:
    bodies = [{"name": "demo"}] * 12
    flows = [future.result(30) for future in [api.send("flows.create", body=body) for body in bodies]]
    assert len({flow["id"] for flow in flows}) == 1
    again = api("flows.create", body={"name": "demo", "tags": ["new"]})
    assert (again["tags"], api.status) == ([], 200)


@pytest.mark.parametrize("name", ["", "a/b", "100%", "a&b", "<a>"])
def test_names_of_flows_fit_into_paths(api: Any, name: str) -> None:
    with pytest.raises(Invalid, match="cannot name a flow"):
        api("flows.create", body={"name": name})


def test_twelve_creations_under_one_key_give_one_run(api: Any) -> None:
    body = {"flow_id": api.flow(), "idempotency_key": "k"}
    runs = [future.result(30) for future in [api.send("flow_runs.create", body=body) for _ in range(12)]]
    assert len({run["id"] for run in runs}) == 1
    assert api("flow_runs.create", body=body)["state_id"] == runs[0]["state_id"]
    assert api.status == 200
    assert len(api("run_states.read_for_flow_run", flow_run_id=runs[0]["id"])) == 1
    other = api("flow_runs.create", body={"flow_id": api.flow("other"), "idempotency_key": "k"})
    assert other["id"] != runs[0]["id"]


def test_the_clients_id_makes_a_creation_repeatable(api: Any) -> None:
    first = api.flow_run(id=ID, name="mine")
    again = api.flow_run(id=ID, name="other")
    assert (first["id"], again["name"], api.status) == (ID, "mine", 200)


def test_the_answer_is_what_is_read_later(api: Any) -> None:
    run = api.flow_run(
        parameters={"a": [1, {"b": None}]},
        context={"c": 1},
        tags=["t"],
        labels={"l": 1},
        job_variables={"cpu": 2},
        empirical_policy={"retries": 3},
        flow_version="v",
    )
    assert api("flow_runs.read", id=run["id"]) == run
    assert run["labels"] == {"prefect.flow.id": run["flow_id"], "l": 1}
    assert len(run["name"].split("-")) == 2
    task = api.task_run(flow_run_id=run["id"], task_inputs={"x": [{"input_type": "task_run", "id": ID}]})
    assert api("task_runs.read", id=task["id"]) == task


def test_unknown_flows_and_pools_are_told(api: Any) -> None:
    with pytest.raises(Conflict, match=ID):
        api("flow_runs.create", body={"flow_id": ID})
    with pytest.raises(NotFound, match="Work pool"):
        api.flow_run(work_pool_name="none")
    assert api("flow_runs.count") == 0


def test_large_parameters_are_refused(api: Any) -> None:
    with pytest.raises(Invalid, match="bytes"):
        api.flow_run(parameters={"x": "y" * 600_000})


def test_a_task_run_is_created_once(api: Any) -> None:
    run = api.flow_run()
    first = api.task_run(flow_run_id=run["id"])
    assert api.status is None
    again = api.task_run(flow_run_id=run["id"])
    assert (again["id"], api.status) == (first["id"], 200)
    assert api.task_run("1", flow_run_id=run["id"])["id"] != first["id"]
    lone = api.task_run("background")
    assert api.task_run("background")["id"] == lone["id"]


def test_a_deferred_task_run_keeps_its_parameters_id(api: Any) -> None:
    details = {"deferred": True, "task_parameters_id": ID}
    run = api.task_run(state={"type": "SCHEDULED", "state_details": details})
    api.clock.advance(1)
    assert api.set_task(run["id"], "PENDING", state_details={"deferred": True})["status"] == "ACCEPT"
    found = api("task_runs.read", id=run["id"])
    assert found["state"]["state_details"]["task_parameters_id"] == ID
    again = api.set_task(run["id"], "PENDING", state_details={"deferred": True})
    assert again["status"] == "ABORT"


def test_whoever_makes_the_id_owns_the_run(api: Any) -> None:
    api.owner = "elsewhere:b:1:1"
    assert api.flow_run()["attempt"] == 0
    assert api.flow_run(id=ID)["attempt"] == 1


def test_a_task_run_can_be_claimed(api: Any) -> None:
    api.owner = "elsewhere:b:1:1"
    run = api.task_run()
    assert api.set_task(run["id"], "PENDING")["status"] == "ACCEPT"
    assert api.set_task(run["id"], "COMPLETED")["status"] == "ACCEPT"
