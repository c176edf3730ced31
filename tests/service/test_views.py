"""What the pages of the web UI read."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid, NotFound
from prefect._base.jsontext import dumps
from prefect._store.sql import Statement

# what only the server itself puts down
_GIVEN = Statement(
    "given", "UPDATE flow_run SET created_by = :made, work_queue_name = :queue WHERE id = :id", "For a test."
)
SPAN = {"since": "2000-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}


def _runs(api: Any, count: int) -> list[str]:
    made: list[str] = []
    for _ in range(count):
        api.clock.advance(1)
        made.append(api.flow_run(state={"type": "PENDING"})["id"])
    return made


def _pages(api: Any, **body: Any) -> list[list[str]]:
    pages: list[list[str]] = []
    after = None
    while True:
        page = api("views.runs", body={**body, "after": after})
        pages.append([row["id"] for row in page["rows"]])
        after = page["next"]
        if after is None:
            return pages


@pytest.mark.parametrize("sort", ["START_DESC", "START_ASC", "NAME_ASC", "DURATION_DESC"])
def test_pages_of_runs_hold_each_run_once(api: Any, sort: str) -> None:
    made = _runs(api, 7)
    pages = _pages(api, sort=sort, limit=3)
    assert [len(page) for page in pages] == [3, 3, 1]
    shown = [id for page in pages for id in page]
    assert sorted(shown) == sorted(made)
    if sort.startswith("START"):
        assert shown == (made[::-1] if sort == "START_DESC" else made)


def test_a_row_has_all_that_the_list_shows(api: Any) -> None:
    run = api.flow_run(parameters={"x": 1}, tags=["a"])
    api.task_run(flow_run_id=run["id"], state={"type": "COMPLETED"})
    line = {"level": 40, "name": "n", "message": "m", "timestamp": to_iso(api.clock.now_us())}
    api("logs.create", body=[{**line, "flow_run_id": run["id"]}])
    page = api("views.runs", body={})
    row = page["rows"][0]
    assert row["flow"]["name"] == "demo"
    assert row["task_counts"] == {"COMPLETED": 1}
    assert (row["errors"], row["warnings"]) == (1, 0)
    assert (row["tags"], row["parameters"]) == (["a"], '{"x":1}')
    assert page["count"] == {"value": 1, "is_exact": True}
    tasks = api("views.task_runs", body={})
    assert tasks["rows"][0]["flow_run"] == {"id": run["id"], "name": run["name"]}


def test_a_place_that_no_list_has_is_refused(api: Any) -> None:
    with pytest.raises(Invalid, match="no place in this list"):
        api("views.runs", body={"after": "nonsense"})
    with pytest.raises(Invalid, match="flow_run_id"):
        api("views.logs", body={})


def test_filters_hold_for_pages(api: Any) -> None:
    first, _ = _runs(api, 2)
    api.set_flow(first, "FAILED")
    page = api("views.runs", body={"flow_runs": {"state": {"type": {"any_": ["FAILED"]}}}})
    assert [row["id"] for row in page["rows"]] == [first]


def test_runs_by_parameters_length_queue_and_maker(api: Any) -> None:
    run = api.flow_run(parameters={"rows": 100, "day": "monday"})
    other = api.flow_run(parameters={"rows": 1000, "inner": {"day": "tuesday"}})
    made = dumps({"id": None, "type": "USER", "display_value": "ada"})
    api.unit(lambda unit: unit.run(_GIVEN, id=run["id"], made=made, queue="fast"))
    for id, seconds in ((run["id"], 2), (other["id"], 30)):
        api.set_flow(id, "RUNNING", force=True)
        api.clock.advance(seconds)
        api.set_flow(id, "COMPLETED", force=True)

    def found(**body: Any) -> list[str]:
        return [row["id"] for row in api("views.runs", body=body)["rows"]]

    assert found(parameters={"rows": 100}) == [run["id"]]
    assert found(parameters={"day": "tuesday"}) == [other["id"]]
    assert found(parameters={"day": "mon"}) == []
    assert found(parameters={"rows": 100, "day": "%"}) == []
    assert found(longer_than=10) == [other["id"]]
    assert found(queues=["fast"]) == [run["id"]]
    assert found(created_by="ad") == [run["id"]]
    assert found(created_by='"') == []
    assert len(api("views.histogram", body={**SPAN, "longer_than": 10})["points"]) == 1


def test_runs_without_a_tag(api: Any) -> None:
    api.flow_run(tags=["noise"])
    kept = api.flow_run(tags=["a"])
    page = api("views.runs", body={"without_tags": ["noise"]})
    assert [row["id"] for row in page["rows"]] == [kept["id"]]
    assert len(api("views.histogram", body={**SPAN, "without_tags": ["noise"]})["points"]) == 1


def test_the_log_around_a_line(api: Any) -> None:
    run = api.flow_run()
    base = api.clock.now_us()
    shared = {"level": 20, "name": "n", "flow_run_id": run["id"]}
    lines = [{**shared, "message": str(n), "timestamp": to_iso(base + n)} for n in range(50)]
    api("logs.create", body=lines)
    everything = api("views.logs", body={"flow_run_id": run["id"]})["rows"]
    body = {"flow_run_id": run["id"], "around": everything[20]["id"], "limit": 10}
    page = api("views.logs", body=body)
    assert [row["message"] for row in page["rows"]] == [str(n) for n in range(15, 25)]
    assert (page["has_more"], page["count"]["value"]) == (True, 50)


def test_few_runs_are_points_and_many_are_counted(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _runs(api, 3)
    drawn = api("views.histogram", body=SPAN)
    assert [point[0] for point in drawn["points"]] == made
    monkeypatch.setattr("prefect._service.views.runs.POINTS", 2)
    counted = api("views.histogram", body=SPAN)
    assert "points" not in counted
    assert sum(cell[3] for cell in counted["cells"]) == 3


def test_the_page_of_a_run_says_where_it_failed_first(api: Any) -> None:
    run = api.flow_run(state={"type": "PENDING"})
    task = api.task_run(flow_run_id=run["id"], state={"type": "FAILED", "message": "no such table"})
    api.set_flow(run["id"], "RUNNING")
    api.set_flow(run["id"], "FAILED", message="1 of 1 tasks failed")
    view = api("views.flow_run", id=run["id"])
    assert view["failure"]["message"] == "1 of 1 tasks failed"
    assert view["failure"]["task"]["id"] == task["id"]
    assert [state["type"] for state in view["states"]] == ["PENDING", "RUNNING", "FAILED"]
    assert api("views.task_run", id=task["id"])["flow_run"]["id"] == run["id"]
    with pytest.raises(NotFound):
        api("views.flow_run", id="00000000-0000-0000-0000-000000000000")


def test_a_timeline_is_told_in_columns_and_in_parts(api: Any) -> None:
    run = api.flow_run(state={"type": "PENDING"})
    first = api.task_run("0", flow_run_id=run["id"], state={"type": "COMPLETED"})
    api.clock.advance(1)
    inputs = {"x": [{"input_type": "task_run", "id": first["id"]}]}
    second = api.task_run("1", flow_run_id=run["id"], task_inputs=inputs, state={"type": "RUNNING"})
    whole = api("views.timeline", id=run["id"])
    assert whole["nodes"]["id"] == [first["id"], second["id"]]
    place = whole["nodes"]["id"].index
    assert whole["nodes"]["parents"][place(second["id"])] == [place(first["id"])]
    assert whole["nodes"]["parents"][place(first["id"])] is None
    assert [whole["states"][index] for index in whole["nodes"]["state"]] == [
        "COMPLETED:Completed",
        "RUNNING:Running",
    ]
    assert [each["id"] for each in api("views.task_run", id=first["id"])["downstream"]] == [second["id"]]
    assert [each["id"] for each in api("views.task_run", id=second["id"])["upstream"]] == [first["id"]]
    api.clock.advance(1)
    later = api("views.timeline", id=run["id"], since=to_iso(api.clock.now_us()))
    assert later["nodes"]["id"] == []


def test_the_log_is_read_from_its_end_and_in_both_directions(api: Any) -> None:
    run = api.flow_run()
    base = api.clock.now_us()
    lines = [
        {
            "level": 20,
            "name": "n",
            "message": f"line {n}",
            "timestamp": to_iso(base + n),
            "flow_run_id": run["id"],
        }
        for n in range(10)
    ]
    api("logs.create", body=lines)
    end = api("views.logs", body={"flow_run_id": run["id"], "limit": 4})
    assert [row["message"] for row in end["rows"]] == [f"line {n}" for n in (6, 7, 8, 9)]
    assert end["has_more"]
    assert end["count"]["value"] == 10
    before = api("views.logs", body={"flow_run_id": run["id"], "limit": 4, "before": end["first"]})
    assert [row["message"] for row in before["rows"]] == [f"line {n}" for n in (2, 3, 4, 5)]
    after = api("views.logs", body={"flow_run_id": run["id"], "limit": 4, "after": before["last"]})
    assert [row["message"] for row in after["rows"]] == [row["message"] for row in end["rows"]]
    found = api("views.logs", body={"flow_run_id": run["id"], "text": "LINE 7"})
    assert [row["message"] for row in found["rows"]] == ["line 7"]


def test_the_dashboard_counts_by_time_flow_and_state(api: Any) -> None:
    first, _ = _runs(api, 2)
    api.set_flow(first, "FAILED")
    board = api("views.dashboard", body={**SPAN, "hide_subflows": True})
    assert board["flow_runs"]["counts"] == {"FAILED": 1, "PENDING": 1}
    assert board["flows"][0]["name"] == "demo"
    assert board["flows"][0]["counts"] == {"FAILED": 1, "PENDING": 1}
    assert api("views.dashboard", body={**SPAN, "tags": ["none"]})["flow_runs"]["counts"] == {}


def test_lists_of_flows_and_deployments(api: Any) -> None:
    flow = api.flow()
    deployment = api("deployments.create", body={"name": "daily", "flow_id": flow, "tags": ["a"]})
    api.flow_run(flow_id=flow, state={"type": "COMPLETED"})
    flows = api("views.flows", body={"search": "EMO"})
    assert flows["count"] == 1
    assert flows["rows"][0]["deployments"] == 1
    assert [run["state_type"] for run in flows["rows"][0]["runs"]] == ["COMPLETED"]
    assert api("views.deployments", body={"tags": ["a"]})["rows"][0]["id"] == deployment["id"]
    assert api("views.deployments", body={"tags": ["b"]})["rows"] == []


def test_everything_is_found_by_name_or_id(api: Any) -> None:
    run = api.flow_run()
    api("variables.create", body={"name": "demo_key", "value": 1})
    found = api("views.search", q="demo")["results"]
    assert [(each["kind"], each["name"]) for each in found] == [("flow", "demo"), ("variable", "demo_key")]
    by_id = api("views.search", q=f"see {run['id'].upper()}")["results"]
    assert [each["path"] for each in by_id] == [f"/runs/flow-run/{run['id']}"]
    assert api("views.search", q=run["name"])["results"][0]["id"] == run["id"]


def test_runs_side_by_side(api: Any) -> None:
    runs = _runs(api, 2)
    for run in runs:
        api.task_run(flow_run_id=run, state={"type": "COMPLETED"})
    compared = api("views.compare", body={"flow_run_ids": runs})
    assert [each["run"]["id"] for each in compared["runs"]] == runs
    assert set(compared["tasks"][0]["runs"]) == set(runs)
    assert api("views.schedule", **SPAN) == {"runs": [], "is_cut": False}
