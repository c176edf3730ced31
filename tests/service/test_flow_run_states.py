"""Proposing states of flow runs, from the request to the rows."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import Invalid, NotFound
from prefect._base.ids import new_id


def test_a_run_goes_through_its_life(api: Any) -> None:
    run = api.flow_run(parameters={"n": 3}, tags=["x"])
    assert run["state"]["type"] == "PENDING"
    assert api.status is None
    api.clock.advance(1)
    answer = api.set_flow(run["id"], "RUNNING")
    assert answer["status"] == "ACCEPT"
    assert answer["details"] == {"type": "accept_details"}
    assert answer["state"]["state_details"]["flow_run_id"] == run["id"]
    api.clock.advance(2.5)
    api.set_flow(run["id"], "COMPLETED", message="fine", data={"storage_key": "k"})

    found = api("flow_runs.read", id=run["id"])
    assert found["state"]["data"] == {"storage_key": "k"}
    assert found["state"]["message"] == "fine"
    assert found["total_run_time"] == 2.5
    assert found["estimated_start_time_delta"] == 1.0
    assert found["run_count"] == 1
    assert found["parameters"] == {"n": 3}
    states = api("run_states.read_for_flow_run", flow_run_id=run["id"])
    assert [state["name"] for state in states] == ["Pending", "Running", "Completed"]
    assert states[-1] == found["state"]
    assert api("run_states.read_flow_run_state", id=states[1]["id"]) == states[1]


def test_time_passes_while_a_run_is_running(api: Any) -> None:
    run = api.flow_run()
    api.set_flow(run["id"], "RUNNING")
    api.clock.advance(4)
    found = api("flow_runs.read", id=run["id"])
    assert found["total_run_time"] == 0.0
    assert found["estimated_run_time"] == pytest.approx(4, abs=1e-4)


def test_of_twelve_claims_one_wins(api: Any) -> None:
    run = api.flow_run(state={"type": "SCHEDULED"})
    body = {"state": {"type": "PENDING"}}
    futures = [api.send("flow_runs.set_state", id=run["id"], body=body) for _ in range(12)]
    answers = [future.result(timeout=30)["status"] for future in futures]
    assert sorted(answers) == ["ABORT"] * 11 + ["ACCEPT"]


def test_waits_for_its_scheduled_time(api: Any) -> None:
    run = api.flow_run(
        state={"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-01-01T00:10:00Z"}}
    )
    assert run["next_scheduled_start_time"] == run["expected_start_time"] == "2026-01-01T00:10:00Z"
    answer = api.set_flow(run["id"], "RUNNING")
    assert answer["status"] == "WAIT"
    assert answer["details"]["delay_seconds"] == 600
    assert answer["state"]["id"] == run["state_id"]
    assert api.status == 200
    assert len(api("run_states.read_for_flow_run", flow_run_id=run["id"])) == 1


def test_a_failure_with_retries_left_is_rejected(api: Any) -> None:
    run = api.flow_run(empirical_policy={"retries": 1, "retry_delay": 5})
    api.set_flow(run["id"], "RUNNING")
    answer = api.set_flow(run["id"], "FAILED", message="no")
    assert (answer["status"], answer["state"]["name"]) == ("REJECT", "AwaitingRetry")
    assert answer["state"]["state_details"]["scheduled_time"] is not None
    found = api("flow_runs.read", id=run["id"])
    assert found["empirical_policy"]["retry_type"] == "in_process"
    assert found["empirical_policy"]["retries"] == 1
    assert found["state_name"] == "AwaitingRetry"


def test_the_same_transition_counts_once(api: Any) -> None:
    run = api.flow_run()
    state = {"state_details": {"transition_id": "4af2b7f0-7d2c-4f5e-9d7e-0d1c9a4a3f11"}}
    first = api.set_flow(run["id"], "RUNNING", **state)
    again = api.set_flow(run["id"], "RUNNING", **state)
    assert again["status"] == "REJECT"
    assert again["state"] == first["state"]
    assert api("flow_runs.read", id=run["id"])["run_count"] == 1


def test_pausing_and_resuming_keeps_the_pause_key(api: Any) -> None:
    run = api.flow_run()
    api.set_flow(run["id"], "RUNNING")
    paused = api.set_flow(run["id"], "PAUSED", state_details={"pause_key": "k"})
    assert paused["status"] == "ACCEPT"
    assert api("flow_runs.read", id=run["id"])["empirical_policy"]["pause_keys"] == ["k"]
    assert api.set_flow(run["id"], "RUNNING")["status"] == "ACCEPT"
    again = api.set_flow(run["id"], "PAUSED", state_details={"pause_key": "k"})
    assert again["status"] == "REJECT"


def test_force_passes_over_the_rules(api: Any) -> None:
    run = api.flow_run()
    api.set_flow(run["id"], "COMPLETED", data={"storage_key": "k"})
    assert api.set_flow(run["id"], "RUNNING")["status"] == "REJECT"
    assert api.set_flow(run["id"], "RUNNING", force=True)["status"] == "ACCEPT"


def test_each_transition_is_in_the_log_of_the_same_transaction(api: Any) -> None:
    run = api.flow_run()
    api.set_flow(run["id"], "RUNNING")

    async def log(unit: Any) -> list[dict[str, Any]]:
        from prefect._store.sql import Statement

        return await unit.all(
            Statement("log", "SELECT * FROM outbox WHERE subject = :id ORDER BY seq"), id=run["id"]
        )

    topics = [entry["topic"] for entry in api.unit(log)]
    assert topics == ["prefect.flow-run.Pending", "prefect.flow-run.Running"]


def test_what_is_wrong_is_told(api: Any) -> None:
    with pytest.raises(NotFound):
        api.set_flow("00000000-0000-4000-8000-000000000000", "RUNNING")
    run = api.flow_run()
    with pytest.raises(Invalid, match="one of the types"):
        api.set_flow(run["id"], "SLEEPING")
    with pytest.raises(Invalid, match="cannot be read"):
        api.set_flow(run["id"], "SCHEDULED", state_details={"scheduled_time": "soon"})


def test_a_subflow_is_mirrored_on_its_task_run(api: Any) -> None:
    parent = api.flow_run()
    api.set_flow(parent["id"], "RUNNING")
    stand_in = api.task_run(flow_run_id=parent["id"])
    child = api.flow_run(parent_task_run_id=stand_in["id"])
    api.set_flow(child["id"], "RUNNING")
    api.clock.advance(1)
    api.set_flow(child["id"], "COMPLETED", data={"storage_key": "k"})
    found = api("task_runs.read", id=stand_in["id"])
    assert found["state_type"] == "COMPLETED"
    assert found["state"]["data"] == {"storage_key": "k"}
    assert found["state"]["state_details"]["child_flow_run_id"] == child["id"]
    assert found["state"]["state_details"]["flow_run_id"] == parent["id"]
    assert found["state_id"] != api("flow_runs.read", id=child["id"])["state_id"]
    assert found["total_run_time"] == pytest.approx(1, abs=1e-4)
    children = api("flow_runs.filter", body={"flow_runs": {"parent_flow_run_id": {"any_": [parent["id"]]}}})
    assert [run["id"] for run in children] == [child["id"]]


def test_an_attempt_that_was_taken_over_is_refused(api: Any) -> None:
    api.owner = "elsewhere:b:1:1"
    run = api.flow_run(id=new_id())
    assert run["attempt"] == 1
    assert api.set_flow(run["id"], "RUNNING")["attempt"] == 1
    api.owner = "elsewhere:b:2:2"
    refused = api.set_flow(run["id"], "COMPLETED")
    assert refused["status"] == "ABORT"
    api.clock.advance(31)
    assert api.set_flow(run["id"], "RUNNING")["attempt"] == 2
    api.owner, api.attempt = "elsewhere:b:1:1", 1
    late = api.set_flow(run["id"], "COMPLETED")
    assert (late["status"], api("flow_runs.read", id=run["id"])["state_type"]) == ("ABORT", "RUNNING")


def test_clients_that_name_no_process_are_not_told_of_attempts(api: Any) -> None:
    run = api.flow_run()
    assert "attempt" not in run
    assert "attempt" not in api.set_flow(run["id"], "RUNNING")
