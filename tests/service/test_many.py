"""Pages, bulk changes, histories, graphs, and what the web UI asks for."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base import ids
from prefect._base.clock import to_iso
from prefect._base.errors import Invalid, NotFound
from prefect.workers.process import ProcessWorker


@pytest.fixture
def runs(api: Any) -> list[dict[str, Any]]:
    """Five runs of one flow, a minute apart, of which the first two completed."""
    flow = api.flow()
    found: list[dict[str, Any]] = []
    for place in range(5):
        run = api.flow_run(flow_id=flow, tags=[str(place)])
        if place < 2:
            api.set_flow(run["id"], "RUNNING")
            api.clock.advance(1)
            api.set_flow(run["id"], "COMPLETED")
        found.append(run)
        api.clock.advance(60)
    return found


def test_pages_say_how_many_there_are(api: Any, runs: Any) -> None:
    page = api("pages.flow_runs", body={"page": 2, "limit": 2})
    assert {key: page[key] for key in ("count", "limit", "pages", "page")} == {
        "count": 5,
        "limit": 2,
        "pages": 3,
        "page": 2,
    }
    assert [run["id"] for run in page["results"]] == [runs[2]["id"], runs[1]["id"]]
    assert api("pages.flows")["count"] == 1
    assert api("pages.task_runs", body={"limit": 0})["pages"] == 0


def test_what_a_filter_finds_is_changed_or_removed(api: Any, runs: Any) -> None:
    pending = {"flow_runs": {"state": {"type": {"any_": ["PENDING"]}}}}
    state = {"state": {"type": "FAILED"}}
    results = api("bulk.set_flow_run_states", body={**pending, **state, "limit": 2})["results"]
    assert [(each["flow_run_id"], each["status"]) for each in results] == [
        (run["id"], "ACCEPT") for run in runs[2:4]
    ]
    assert api("bulk.delete_flow_runs", body={**pending, "limit": 50}) == {"deleted": [runs[4]["id"]]}
    assert len(api("bulk.delete_flows", body={})["deleted"]) == 1
    assert api("flow_runs.count") == 0
    with pytest.raises(Invalid):
        api("bulk.delete_flow_runs", body={"limit": 51})


def test_runs_are_counted_over_time(api: Any, runs: Any) -> None:
    now_us = api.clock.now_us()
    period = {"history_start": to_iso(now_us - 600_000_000), "history_end": to_iso(now_us)}
    history = api("histories.flow_runs", body={**period, "history_interval_seconds": 60})
    assert len(history) == 10
    states = [state for interval in history for state in interval["states"]]
    assert sum(state["count_runs"] for state in states) == 5
    completed = [state for state in states if state["state_type"] == "COMPLETED"]
    assert sum(state["sum_estimated_run_time"] for state in completed) == pytest.approx(2, abs=0.001)
    assert sum(state["sum_estimated_lateness"] for state in states) > 180
    assert api("histories.task_runs", body={**period, "history_interval_seconds": 300})[0]["states"] == []
    assert len(api("histories.flow_runs", body={**period, "history_interval_seconds": 1})) == 500
    with pytest.raises(Invalid):
        api("histories.flow_runs", body={**period, "history_interval_seconds": 0.5})


def test_lateness_on_average(api: Any, runs: Any) -> None:
    assert api("histories.lateness", body={"flow_runs": {"tags": {"all_": ["none"]}}}) is None
    assert api("histories.lateness", body={"flow_runs": {"tags": {"all_": ["4"]}}}) == pytest.approx(60)


def test_a_graph(api: Any) -> None:
    run = api.flow_run()
    first = api.task_run("0", flow_run_id=run["id"])
    source = [{"input_type": "task_run", "id": first["id"]}]
    second = api.task_run("1", flow_run_id=run["id"], task_inputs={"x": source, "y": source})
    inner = api.task_run("2", flow_run_id=run["id"], task_inputs={"__parents__": source})
    child = api.flow_run(parent_task_run_id=second["id"])
    api("artifacts.create", body={"type": "progress", "data": 5, "flow_run_id": run["id"]})
    graph = api("graphs.read", id=run["id"])
    nodes = dict(graph["nodes"])
    assert list(nodes) == [first["id"], child["id"], inner["id"]]
    assert nodes[child["id"]]["kind"] == "flow-run"
    assert nodes[child["id"]]["parents"] == [{"id": first["id"]}]
    assert nodes[first["id"]]["children"] == [{"id": child["id"]}]
    assert nodes[inner["id"]]["encapsulating"] == [{"id": first["id"]}]
    assert graph["root_node_ids"] == [first["id"]]
    assert [artifact["data"] for artifact in graph["artifacts"]] == [5]
    assert [state["type"] for state in graph["states"]] == ["PENDING"]
    older = api("graphs.dependencies", id=run["id"])
    assert [len(each["upstream_dependencies"]) for each in older] == [0, 1, 0]
    with pytest.raises(NotFound):
        api("graphs.read", id=ids.new_id())


def test_saved_searches(api: Any) -> None:
    search = api("saved_searches.put", body={"name": "late"})
    assert api.status is None
    condition = {"object": "flow_run", "property": "name", "type": "text", "operation": "eq", "value": 1}
    again = api("saved_searches.put", body={"name": "late", "filters": [condition]})
    assert (api.status, again["id"], again["filters"]) == (200, search["id"], [condition])
    assert api("saved_searches.filter") == [again] == [api("saved_searches.read", id=search["id"])]
    api("saved_searches.delete", id=search["id"])
    with pytest.raises(NotFound):
        api("saved_searches.read", id=search["id"])


def test_counts_for_pages(api: Any, runs: Any) -> None:
    flow, run = runs[0]["flow_id"], runs[0]["id"]
    assert api("ui.count_deployments", body={"flow_ids": [flow]}) == {flow: 0}
    assert api("ui.next_runs", body={"flow_ids": [flow]}) == {flow: None}
    when = {"state_details": {"scheduled_time": to_iso(api.clock.now_us() + 60_000_000)}}
    due = api.flow_run(flow_id=flow, state={"type": "SCHEDULED", **when})
    assert api("ui.next_runs", body={"flow_ids": [flow]})[flow]["id"] == due["id"]
    task = api.task_run(flow_run_id=run)
    stand_in = api.task_run("1", flow_run_id=run)
    api.flow_run(flow_id=flow, parent_task_run_id=stand_in["id"])
    assert api("ui.count_task_runs", body={"flow_run_ids": [run, ids.new_id()]})[run] == 1
    api.set_task(task["id"], "COMPLETED", force=True)
    assert api("ui.task_runs_by_state")["COMPLETED"] == 1
    assert api("ui.task_run", id=task["id"])["flow_run_name"] == runs[0]["name"]
    api.clock.advance(1)
    since = {"start_time": {"after_": to_iso(api.clock.now_us() - 1_000_000_000)}}
    counts = api("ui.task_runs_over_time", body={"task_runs": since})
    assert (len(counts), sum(each["completed"] for each in counts)) == (20, 1)
    points = api("ui.runs_over_time", body={"limit": 3})
    assert (len(points), points[0]["id"]) == (3, due["id"])


def test_values_are_checked_against_a_schema(api: Any) -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "string"}}},
        "required": ["a", "c"],
    }
    found = api("ui.validate", body={"schema": schema, "values": {"a": "x", "b": ["y", 1]}})
    assert not found["valid"]
    shown = {each["property"]: each["errors"] for each in found["errors"]}
    assert set(shown) == {"a", "b", "c"}
    assert shown["b"][0]["index"] == 1
    good = {"a": 1, "c": None}
    assert api("ui.validate", body={"schema": schema, "values": good}) == {"errors": [], "valid": True}
    with pytest.raises(Invalid):
        api("ui.validate", body={"schema": {"type": 3}, "values": {}})


def test_the_server_itself(api: Any) -> None:
    assert api("admin.settings")["server"]["api"]["port"] == 4200
    assert api("admin.storage") == {"default_result_storage_block_id": None}
    with pytest.raises(NotFound):
        api("admin.set_storage", body={"default_result_storage_block_id": ids.new_id()})
    api("admin.clear_storage")


def test_what_packages_bring_along(api: Any) -> None:
    workers = api("collections.view", view="aggregate-worker-metadata")
    process = workers["prefect"]["process"]["default_base_job_configuration"]
    assert process == ProcessWorker.get_default_base_job_template()
    assert "secret" in api("collections.view", view="aggregate-block-metadata")["prefect"]["block_types"]
    with pytest.raises(NotFound):
        api("collections.view", view="none")
