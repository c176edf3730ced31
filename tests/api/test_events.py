"""States of task runs that their clients tell as events."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from prefect._base import ids
from prefect._base.records import TaskRunRow, TaskTransition
from prefect._base.state import StateType, StateValue
from prefect._link.told import Transitions

AT_US = 1_800_000_000_000_000
FLOW_RUN = ids.new_id()


def life(run_id: str, key: str = "0") -> list[dict[str, Any]]:
    """The events of a task run that ends well, as our client tells them."""
    transitions = Transitions()
    told: list[dict[str, Any]] = []
    for number, type_ in enumerate((StateType.PENDING, StateType.RUNNING, StateType.COMPLETED)):
        state = StateValue(type_, type_.value.capitalize(), ids.new_id(), AT_US + number * 1000)
        row = TaskRunRow(
            run_id, f"work-{key}", FLOW_RUN, "work", key, AT_US, tags='["t"]', run_count=min(number, 1),
            start_us=AT_US + 1000 if number else None, total_run_us=1000 if number == 2 else 0,
        )  # fmt: skip
        told.append(orjson.loads(orjson.dumps(transitions.event(TaskTransition(row, state)))))
    return told


@pytest.fixture
def tell(http: httpx.Client) -> Callable[[list[dict[str, Any]]], int]:
    def _tell(events: list[dict[str, Any]]) -> int:
        return http.post("/events", content=orjson.dumps(events)).status_code

    return _tell


def test_events_become_a_task_run_and_its_history(http: httpx.Client, tell: Callable[..., int]) -> None:
    run_id = ids.new_id()
    events = life(run_id)
    assert tell(events) == 204
    run = http.get(f"/task_runs/{run_id}").json()
    assert (run["state_name"], run["run_count"], run["total_run_time"]) == ("Completed", 1, 0.001)
    assert (run["flow_run_id"], run["tags"], run["name"]) == (FLOW_RUN, ["t"], "work-0")
    assert run["state"]["state_details"]["task_run_id"] == run_id
    states = http.get("/task_run_states/", params={"task_run_id": run_id}).json()
    assert [state["id"] for state in states] == [event["id"] for event in events]


def test_any_order_and_any_number_of_tellings_lead_to_the_same(
    http: httpx.Client, tell: Callable[..., int]
) -> None:
    run_id = ids.new_id()
    events = life(run_id)
    for seed in range(6):
        random.Random(seed).shuffle(events)
        for event in events:
            assert tell([event]) == 204
    assert http.get(f"/task_runs/{run_id}").json()["state_name"] == "Completed"
    states = http.get("/task_run_states/", params={"task_run_id": run_id}).json()
    assert [state["name"] for state in states] == ["Pending", "Running", "Completed"]


def test_a_run_that_another_told_under_its_key_keeps_its_id(
    http: httpx.Client, post: Callable[..., Any], tell: Callable[..., int]
) -> None:
    flow = post("/flows/", {"name": "demo"})
    post("/flow_runs/", {"flow_id": flow["id"], "id": FLOW_RUN})
    body = {"task_key": "work", "dynamic_key": "7", "flow_run_id": FLOW_RUN}
    stored = post("/task_runs/", body)
    assert tell(life(ids.new_id(), "7")) == 204
    run = http.get(f"/task_runs/{stored['id']}").json()
    assert run["state_name"] in ("Completed", "Pending")  # whichever is later by the clocks
    states = http.get("/task_run_states/", params={"task_run_id": stored["id"]}).json()
    assert {"Running", "Completed"} <= {state["name"] for state in states}


def test_other_events_are_kept_once(http: httpx.Client, tell: Callable[..., int], server: Any) -> None:
    event = {
        "id": ids.new_id(),
        "occurred": "2026-01-01T00:00:00Z",
        "event": "thing.happened",
        "resource": {"prefect.resource.id": "thing.1"},
    }
    assert [tell([event, event]), tell([event])] == [204, 204]
    from prefect._store.sql import Statement

    async def _kept(tx: Any) -> Any:
        return await tx.all(Statement("kept", "SELECT event, resource_id FROM event"))

    assert server.store.read(_kept) == [{"event": "thing.happened", "resource_id": "thing.1"}]


@pytest.mark.parametrize("missing", ["payload", "task_run", "validated_state"])
def test_a_transition_that_tells_too_little_is_refused_as_a_whole(
    http: httpx.Client, tell: Callable[..., int], missing: str
) -> None:
    run_id = ids.new_id()
    events = life(run_id)
    (events[1] if missing == "payload" else events[1]["payload"]).pop(missing)
    assert tell(events) == 422
    assert http.get(f"/task_runs/{run_id}").status_code == 404
