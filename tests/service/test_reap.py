"""Runs whose process is gone."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base import owner
from prefect._base.ids import new_id
from prefect._base.records import TaskRunRow, TaskTransition
from prefect._base.state import StateType, StateValue
from prefect._service.flow_runs.lapse import reap

ELSEWHERE = "elsewhere:boot:1:1"


def dead_owner() -> str:
    """An owner of this host whose process cannot be alive: it started at another time."""
    host, boot, pid, _ = owner.current().split(":")
    return f"{host}:{boot}:{pid}:1"


@pytest.fixture
def running(api: Any) -> Any:
    def begin(holder: str) -> tuple[str, str]:
        """A running flow run of `holder` with a running task run inside."""
        api.owner = holder
        run = api.flow_run(id=new_id())
        api.set_flow(run["id"], "RUNNING")
        row = TaskRunRow(new_id(), "t", run["id"], "work", new_id(), api.clock.now_us())
        api.store.record(
            TaskTransition(row, StateValue(StateType.RUNNING, "Running", new_id(), api.clock.now_us()))
        )
        api.store.flush().result(30)
        api.owner = None
        return run["id"], row.id

    return begin


def test_a_dead_process_takes_its_runs_with_it_at_once(api: Any, running: Any) -> None:
    flow_run, task_run = running(dead_owner())
    api.clock.advance(0.1)
    assert api.unit(reap) == 2
    for name, id in (("flow_runs.read", flow_run), ("task_runs.read", task_run)):
        found = api(name, id=id)
        assert found["state_type"] == "CRASHED"
    assert "process ended" in api("flow_runs.read", id=flow_run)["state"]["message"]
    assert api.unit(reap) == 0


def test_a_living_process_keeps_its_runs(api: Any, running: Any) -> None:
    flow_run, _ = running(owner.current())
    api.clock.advance(3600)
    assert api.unit(reap) == 0
    assert api("flow_runs.read", id=flow_run)["state_type"] == "RUNNING"


def test_on_another_host_the_lease_decides(api: Any, running: Any) -> None:
    flow_run, task_run = running(ELSEWHERE)
    api.unit(reap)
    for _ in range(2):
        api.clock.advance(14.5)
        assert api.unit(reap) == 0
    api.clock.advance(2)
    assert api.unit(reap) == 2
    assert "lease" in api("flow_runs.read", id=flow_run)["state"]["message"]
    assert api("task_runs.read", id=task_run)["state_type"] == "CRASHED"


def test_after_a_break_owners_have_the_time_of_a_lease_to_renew(api: Any, running: Any) -> None:
    silent, _ = running(ELSEWHERE)
    renewed, _ = running("another:boot:1:1")
    api.unit(reap)
    api.clock.advance(600)  # no server was there
    assert api.unit(reap) == 0
    api.clock.advance(10)
    api.owner = "another:boot:1:1"
    api("leases.renew")
    api.owner = None
    assert api.unit(reap) == 0
    api.clock.advance(15)
    assert api.unit(reap) == 0
    api.clock.advance(6)
    assert api.unit(reap) == 2
    assert api("flow_runs.read", id=silent)["state_type"] == "CRASHED"
    assert api("flow_runs.read", id=renewed)["state_type"] == "RUNNING"


def test_a_short_break_gives_no_new_time(api: Any, running: Any) -> None:
    running(ELSEWHERE)
    api.unit(reap)
    for _ in range(3):
        api.clock.advance(11)
        found = api.unit(reap)
    assert found == 2


def test_what_was_being_cancelled_is_cancelled(api: Any, running: Any) -> None:
    flow_run, _ = running(dead_owner())
    api.set_flow(flow_run, "CANCELLING")
    api.unit(reap)
    assert api("flow_runs.read", id=flow_run)["state_type"] == "CANCELLED"


def test_a_subflow_and_its_stand_in_end_together(api: Any) -> None:
    api.owner = dead_owner()
    parent = api.flow_run(id=new_id())
    api.set_flow(parent["id"], "RUNNING")
    stand_in = api.task_run(flow_run_id=parent["id"])
    child = api.flow_run(id=new_id(), parent_task_run_id=stand_in["id"])
    api.set_flow(child["id"], "RUNNING")
    api.owner = None
    api.clock.advance(1)
    api.unit(reap)
    ended = [api("flow_runs.read", id=parent["id"]), api("flow_runs.read", id=child["id"])]
    assert {run["state_type"] for run in (*ended, api("task_runs.read", id=stand_in["id"]))} == {"CRASHED"}


def test_a_finished_run_has_no_claim(api: Any, running: Any) -> None:
    flow_run, _ = running(ELSEWHERE)
    api.owner = ELSEWHERE
    api.set_flow(flow_run, "COMPLETED")
    api.owner = None
    api.clock.advance(100)
    assert api.unit(reap) == 0


def test_a_background_task_run_goes_back_to_its_queue(api: Any) -> None:
    run = api.task_run(state={"type": "SCHEDULED", "state_details": {"deferred": True}})
    api.owner = dead_owner()
    api.clock.advance(1)
    assert api.set_task(run["id"], "PENDING", state_details={"deferred": True})["status"] == "ACCEPT"
    api.owner = None
    api.clock.advance(1)
    assert api.unit(reap) == 1
    found = api("task_runs.read", id=run["id"])
    assert (found["state_type"], found["state"]["state_details"]["deferred"]) == ("SCHEDULED", True)


def test_what_is_not_ready_stays_that(api: Any, running: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for nothing: its process may end before, or together with, its flow run."""
    holder = dead_owner()
    flow_run, _ = running(holder)
    for parent in (flow_run, None):
        row = TaskRunRow(new_id(), "t", parent, "work", new_id(), api.clock.now_us())
        state = StateValue(StateType.PENDING, "NotReady", new_id(), api.clock.now_us())
        with monkeypatch.context() as there:
            there.setattr(owner, "current", lambda: holder)
            api.store.record(TaskTransition(row, state))
            api.store.flush().result(30)
        api.clock.advance(0.1)
        api.unit(reap)
        assert api("task_runs.read", id=row.id)["state_name"] == "NotReady"
