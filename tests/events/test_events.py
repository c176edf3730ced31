"""Events: kept as they are told, and made of what happened."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from prefect._base.errors import Forbidden, Invalid
from prefect._service.events import keeping


def told(name: str = "it.rained", resource: str = "town.1", **more: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "occurred": "2026-01-01T00:00:00Z",
        "event": name,
        "resource": {"prefect.resource.id": resource},
        **more,
    }


def names(api: Any, **body: Any) -> list[str]:
    return [event["event"] for event in api("events.filter", body=body)["events"]]


@pytest.fixture
def at(api: Any) -> str:
    from prefect._base.clock import to_iso

    return to_iso(api.clock.now_us())


def test_what_is_told_is_found_once(api: Any, at: str) -> None:
    event = told(occurred=at, payload={"mm": 3})
    api("events.create", body=[event, told("other", occurred=at)])
    api("events.create", body=[event])
    found = api("events.filter", body={"filter": {"event": {"name": ["it.rained"]}}})
    assert found["total"] == 1
    assert found["events"][0]["id"] == event["id"]
    assert found["events"][0]["payload"] == {"mm": 3}
    assert found["events"][0]["received"]


def test_changes_of_runs_are_events_before_and_after_the_log_was_read(api: Any) -> None:
    run = api.flow_run(tags=["a"])
    api.set_flow(run["id"], "RUNNING")
    task = api.task_run(flow_run_id=run["id"])
    api.set_task(task["id"], "RUNNING")
    ever = {"filter": {"occurred": {"until": "2999-01-01T00:00:00Z"}}}
    before = api("events.filter", body=ever)
    api.unit(keeping.read_on, 1000)
    after = api("events.filter", body=ever)
    assert before == after
    by_name = {event["event"]: event for event in after["events"]}
    running = by_name["prefect.flow-run.Running"]
    assert running["resource"]["prefect.state-type"] == "RUNNING"
    assert {"prefect.resource.id": "prefect.tag.a", "prefect.resource.role": "tag"} in running["related"]
    assert running["payload"]["intended"]["to"] == "RUNNING"
    assert by_name["prefect.task-run.Running"]["payload"]["task_run"]["task_key"] == "work"
    assert "prefect.flow.created" in by_name
    around = {"any_resource": {"id": [f"prefect.flow-run.{run['id']}"]}}
    found = api("events.filter", body={"filter": {**ever["filter"], **around}})["events"]
    assert {"prefect.flow-run.Running", "prefect.task-run.Running"} <= {event["event"] for event in found}


def test_each_entry_is_read_once(api: Any) -> None:
    api("variables.create", body={"name": "v", "value": 1})
    first, _ = api.unit(keeping.read_on, 100)
    again, _ = api.unit(keeping.read_on, 100)
    assert [event["event"] for event in first] == ["prefect.variable.created"]
    assert again == []


def test_pages_follow_each_other(api: Any, at: str) -> None:
    api("events.create", body=[told(f"e{i:02}", occurred=at) for i in range(7)])
    page = api("events.filter", body={"limit": 3})
    seen = [event["event"] for event in page["events"]]
    while page["next_page"]:
        page = api("events.next_page", page_token=page["next_page"].partition("page-token=")[2])
        seen += [event["event"] for event in page["events"]]
        assert page["total"] == 7
    assert sorted(seen) == [f"e{i:02}" for i in range(7)]
    with pytest.raises(Forbidden):
        api("events.next_page", page_token="nonsense")


def test_counts(api: Any, at: str) -> None:
    api(
        "events.create",
        body=[told("a", occurred=at), told("b", occurred=at), told("b", "town.2", occurred=at)],
    )
    by_event = api("events.count_by", countable="event", body={"filter": {}})
    assert [(each["value"], each["count"]) for each in by_event] == [("b", 2), ("a", 1)]
    by_resource = api("events.count_by", countable="resource", body={"filter": {}})
    assert [(each["value"], each["count"]) for each in by_resource] == [("town.1", 2), ("town.2", 1)]
    by_day = api("events.count_by", countable="day", body={"filter": {}})
    assert sum(each["count"] for each in by_day) == 3
    assert [each["value"] for each in by_day[:2]] == ["0", "1"]
    with pytest.raises(Invalid, match="1000"):
        api("events.count_by", countable="time", body={"filter": {}, "time_unit": "second"})
