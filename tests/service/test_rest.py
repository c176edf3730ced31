"""Reading, changing and removing; lines of log."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.errors import NotFound, OperationError

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("flows.read", {"id": MISSING}),
        ("flows.read_by_name", {"name": "none"}),
        ("flows.update", {"id": MISSING, "body": {"tags": []}}),
        ("flows.delete", {"id": MISSING}),
        ("flow_runs.read", {"id": MISSING}),
        ("flow_runs.update", {"id": MISSING, "body": {"name": "x"}}),
        ("flow_runs.update_labels", {"id": MISSING, "body": {}}),
        ("flow_runs.delete", {"id": MISSING}),
        ("task_runs.read", {"id": MISSING}),
        ("task_runs.update", {"id": MISSING, "body": {"name": "x"}}),
        ("task_runs.delete", {"id": MISSING}),
        ("run_states.read_flow_run_state", {"id": MISSING}),
        ("run_states.read_task_run_state", {"id": MISSING}),
    ],
)
def test_what_does_not_exist_is_told(api: Any, name: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(NotFound, match="not found"):
        api(name, **arguments)


def test_a_flow_run_is_changed_in_what_is_given(api: Any) -> None:
    run = api.flow_run(name="old", tags=["t"], parameters={"a": 1})
    api("flow_runs.update", id=run["id"], body={"name": "new", "infrastructure_pid": "7"})
    api("flow_runs.update_labels", id=run["id"], body={"team": "red"})
    found = api("flow_runs.read", id=run["id"])
    assert (found["name"], found["infrastructure_pid"], found["tags"]) == ("new", "7", ["t"])
    assert found["labels"] == {"prefect.flow.id": run["flow_id"], "team": "red"}
    with pytest.raises(OperationError) as refused:
        api("flow_runs.update", id=run["id"], body={"job_variables": {"cpu": 1}})
    assert refused.value.status == 400


def test_a_flow_takes_its_runs_with_it(api: Any) -> None:
    run = api.flow_run()
    task = api.task_run(flow_run_id=run["id"])
    line = {"name": "l", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
    api("logs.create", body=[{**line, "flow_run_id": run["id"], "task_run_id": task["id"]}])
    api("flows.delete", id=run["flow_id"])
    assert api("flow_runs.count") == api("task_runs.count") == api("flows.count") == 0
    assert api("logs.filter") == []
    assert api("run_states.read_for_flow_run", flow_run_id=run["id"]) == []
    assert api("run_states.read_for_task_run", task_run_id=task["id"]) == []


def test_a_task_run_alone(api: Any) -> None:
    run = api.task_run(name="old")
    api("task_runs.update", id=run["id"], body={"name": "new"})
    assert api("task_runs.read", id=run["id"])["name"] == "new"
    states = api("run_states.read_for_task_run", task_run_id=run["id"])
    assert [state["state_details"]["task_run_id"] for state in states] == [run["id"]]
    assert api("run_states.read_task_run_state", id=states[0]["id"]) == states[0]
    api("task_runs.delete", id=run["id"])
    assert api("task_runs.count") == 0


def log(n: int, **more: Any) -> dict[str, Any]:
    return {
        "name": "prefect.x",
        "level": 10 * n,
        "message": f"line {n}",
        "timestamp": f"2026-01-01T00:00:0{n}Z",
    } | more


LINES = [
    log(1, flow_run_id=MISSING),
    log(2, flow_run_id=MISSING, message="disk is full"),
    log(3, message="disk is fine", task_run_id=MISSING),
]
LOG_CASES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [10, 20, 30]),
    ({"level": {"ge_": 20}}, [20, 30]),
    ({"level": {"ge_": 20, "le_": 20}}, [20]),
    ({"timestamp": {"after_": "2026-01-01T00:00:02Z"}}, [20, 30]),
    ({"flow_run_id": {"any_": [MISSING]}}, [10, 20]),
    ({"task_run_id": {"is_null_": True}}, [10, 20]),
    ({"text": {"query": "full line"}}, [10, 20]),
    ({"text": {"query": "+disk -full"}}, [30]),
    ({"text": {"query": '"disk is"'}}, [20, 30]),
    ({"text": {"query": "-disk"}}, [10]),
    ({"text": {"query": "!disk"}}, [10]),
    ({"text": {"query": "DISK"}}, [20, 30]),
]


@pytest.mark.parametrize(("given", "levels"), LOG_CASES)
def test_lines_of_log(api: Any, given: dict[str, Any], levels: list[int]) -> None:
    api("logs.create", body=LINES)
    assert [line["level"] for line in api("logs.filter", body={"logs": given})] == levels


def test_a_line_that_is_sent_again_is_kept_once(api: Any) -> None:
    line = log(1, id=MISSING)
    api("logs.create", body=[line])
    api("logs.create", body=[line, log(2)])
    newest_first = api("logs.filter", body={"sort": "TIMESTAMP_DESC"})
    assert [found["level"] for found in newest_first] == [20, 10]
