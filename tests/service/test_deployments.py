"""Deployments, their schedules, and the runs that both make."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from prefect._base.clock import ManualClock, from_iso
from prefect._base.errors import AlreadyExists, Conflict, Invalid, NotFound, OperationError

MISSING = "00000000-0000-4000-8000-000000000000"
HOURLY = {"cron": "0 * * * *", "timezone": "UTC", "day_or": True}
DAILY = {"cron": "0 6 * * *", "timezone": "UTC", "day_or": True}


@pytest.fixture(autouse=True)
def noon(api: Any) -> None:
    api.clock = ManualClock(datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC))


def deploy(api: Any, *schedules: dict[str, Any], **body: Any) -> dict[str, Any]:
    body = {"name": "nightly", "flow_id": api.flow(), **body}
    if schedules:
        body["schedules"] = list(schedules)
    return api("deployments.create", body=body)


def starts(api: Any, **filters: Any) -> list[str]:
    """When the runs are due that there are, as day and time."""
    body = {"sort": "NEXT_SCHEDULED_START_TIME_ASC", "flow_runs": filters or None}
    found = api("flow_runs.filter", body=body)
    return [run["next_scheduled_start_time"][8:16] for run in found if run["state_type"] == "SCHEDULED"]


def test_a_deployment_has_its_first_runs_at_once(api: Any) -> None:
    made = deploy(
        api,
        {"schedule": HOURLY, "parameters": {"b": 2}, "slug": "hourly"},
        tags=["t"],
        parameters={"a": 1, "b": 1},
    )
    assert starts(api) == ["01T13:00", "01T14:00", "01T15:00"]
    run = api("flow_runs.filter", body={"sort": "NEXT_SCHEDULED_START_TIME_ASC"})[0]
    assert run["tags"] == ["auto-scheduled", "t"]
    assert run["parameters"] == {"a": 1, "b": 2}
    assert run["auto_scheduled"] is True
    assert run["created_by"] == {
        "id": made["schedules"][0]["id"],
        "type": "SCHEDULE",
        "display_value": "hourly",
    }
    assert run["state"]["state_details"]["scheduled_time"] == "2026-05-01T13:00:00Z"
    assert len(api("run_states.read_for_flow_run", flow_run_id=run["id"])) == 1
    assert run["labels"]["prefect.deployment.id"] == made["id"]


def test_pausing_removes_what_was_made_ahead(api: Any) -> None:
    id = deploy(api, {"schedule": HOURLY})["id"]
    manual = api("deployments.create_flow_run", id=id, body={})
    api("deployments.pause", id=id)
    assert api("deployments.read", id=id)["paused"] is True
    assert [run["id"] for run in api("flow_runs.filter")] == [manual["id"]]
    api.clock.advance(7200)
    api("deployments.resume", id=id)
    assert starts(api, id={"not_any_": [manual["id"]]}) == ["01T15:00", "01T16:00", "01T17:00"]


def test_only_the_runs_of_a_changed_schedule_are_made_anew(api: Any) -> None:
    made = deploy(api, {"schedule": HOURLY, "slug": "a"}, {"schedule": DAILY, "slug": "b"})
    by_slug = {schedule["slug"]: schedule["id"] for schedule in made["schedules"]}
    before = {run["id"] for run in api("flow_runs.filter")}
    api(
        "deployments.update_schedule",
        id=made["id"],
        schedule_id=by_slug["a"],
        body={"schedule": {**HOURLY, "cron": "30 * * * *"}},
    )
    after = {run["id"] for run in api("flow_runs.filter")}
    assert len(before & after) == 3
    assert starts(api)[:3] == ["01T12:30", "01T13:30", "01T14:30"]
    api("deployments.update", id=made["id"], body={"description": "what it is for"})
    assert {run["id"] for run in api("flow_runs.filter")} == after
    api("deployments.update", id=made["id"], body={"tags": ["new"]})
    assert not {run["id"] for run in api("flow_runs.filter")} & after
    assert len(api("flow_runs.filter", body={"flow_runs": {"tags": {"all_": ["new"]}}})) == 6


def test_schedules_one_by_one(api: Any) -> None:
    id = deploy(api)["id"]
    made = api(
        "deployments.create_schedules", id=id, body=[{"schedule": HOURLY, "slug": "a"}, {"schedule": DAILY}]
    )
    assert [schedule["slug"] for schedule in made] == ["a", None]
    assert len(api("deployments.read_schedules", id=id)) == 2
    with pytest.raises(AlreadyExists):
        api("deployments.create_schedules", id=id, body=[{"schedule": DAILY, "slug": "a"}])
    api("deployments.update_schedule", id=id, schedule_id=made[0]["id"], body={"active": False})
    assert starts(api) == ["02T06:00", "03T06:00", "04T06:00"]
    api("deployments.delete_schedule", id=id, schedule_id=made[1]["id"])
    assert starts(api) == []
    for call in ("update_schedule", "delete_schedule"):
        arguments: dict[str, Any] = {"body": {}} if call == "update_schedule" else {}
        with pytest.raises(NotFound):
            api(f"deployments.{call}", id=id, schedule_id=MISSING, **arguments)


def test_schedules_are_changed_by_their_slugs(api: Any) -> None:
    id = deploy(api, {"schedule": HOURLY, "slug": "a"}, {"schedule": DAILY, "slug": "b"})["id"]
    body = {"schedules": [{"slug": "c", "replaces": "a", "active": False}, {"slug": "d", "schedule": DAILY}]}
    api("deployments.update", id=id, body=body)
    found = {schedule["slug"]: schedule["active"] for schedule in api("deployments.read_schedules", id=id)}
    assert found == {"c": False, "b": True, "d": True}
    with pytest.raises(Invalid, match="slug"):
        api("deployments.update", id=id, body={"schedules": [{"schedule": DAILY}]})
    with pytest.raises(Invalid, match="schedule"):
        api("deployments.update", id=id, body={"schedules": [{"slug": "e"}]})


def test_a_cap_is_kept_and_bounded(api: Any) -> None:
    deploy(api, {"schedule": HOURLY, "max_scheduled_runs": 1})
    assert starts(api) == ["01T13:00"]
    with pytest.raises(Invalid, match="50"):
        deploy(api, {"schedule": HOURLY, "max_scheduled_runs": 51}, name="other")
    with pytest.raises(Invalid, match="interval must be positive"):
        deploy(api, {"schedule": {"interval": 0.0}}, name="other")


def test_deploying_again_with_the_same_changes_nothing(api: Any) -> None:
    schedules = [{"schedule": HOURLY}, {"schedule": DAILY, "slug": "d"}]
    first = deploy(api, *schedules)
    runs = {run["id"] for run in api("flow_runs.filter")}
    again = deploy(api, *schedules)
    assert api.status == 200
    assert {schedule["id"] for schedule in again["schedules"]} == {
        schedule["id"] for schedule in first["schedules"]
    }
    assert {run["id"] for run in api("flow_runs.filter")} == runs


def test_deploying_again_keeps_what_was_changed_by_hand(api: Any) -> None:
    body = {"tags": ["t"], "concurrency_limit": 3}
    first = deploy(api, {"schedule": HOURLY, "slug": "h"}, **body)
    id = first["id"]
    api("deployments.pause", id=id)
    api("deployments.update", id=id, body={"concurrency_limit": 1})
    api("deployments.update_schedule", id=id, schedule_id=first["schedules"][0]["id"], body={"active": False})
    api("deployments.create_schedules", id=id, body=[{"schedule": DAILY, "slug": "mine"}])
    wanted = {"name": "nightly", "flow_id": first["flow_id"], **body, "tags": ["t", "new"], "version": "2"}
    wanted["schedules"] = [{"schedule": HOURLY, "slug": "h"}]
    told = {
        line["field"]: line["action"]
        for line in api("deployments.plan", body={**wanted, "paused": False})["changes"]
    }
    assert told == {
        "version": "set",
        "paused": "kept",
        "tags": "set",
        "concurrency_limit": "kept",
        "schedules.h.active": "kept",
        "schedules.mine": "kept",
    }
    found = api("deployments.create", body=wanted)
    assert (found["paused"], found["tags"], found["version"]) == (True, ["t", "new"], "2")
    assert found["global_concurrency_limit"]["limit"] == 1
    assert {(each["slug"], each["active"]) for each in found["schedules"]} == {("h", False), ("mine", True)}
    # saying something new wins over what was changed by hand
    found = api("deployments.create", body={**wanted, "concurrency_limit": 7, "schedules": []})
    assert found["global_concurrency_limit"]["limit"] == 7
    assert [each["slug"] for each in found["schedules"]] == ["mine"]


def test_runs_are_started_with_parameters_that_fit(api: Any) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    id = deploy(api, parameter_openapi_schema=schema)["id"]
    with pytest.raises(Conflict, match="'n' is a required"):
        api("deployments.create_flow_run", id=id, body={})
    with pytest.raises(Conflict, match="Field 'n'"):
        api("deployments.create_flow_run", id=id, body={"parameters": {"n": "x"}})
    loose = {"parameters": {"n": "x"}, "enforce_parameter_schema": False}
    assert api("deployments.create_flow_run", id=id, body=loose)["parameters"] == {"n": "x"}
    filled = {"parameters": {"n": {"__prefect_kind": "json", "value": "5"}}}
    assert api("deployments.create_flow_run", id=id, body=filled)["parameters"] == {"n": 5}
    broken = {"parameters": {"n": {"__prefect_kind": "json", "value": "{"}}}
    with pytest.raises(OperationError) as refused:
        api("deployments.create_flow_run", id=id, body=broken)
    assert refused.value.status == 400
    results = api("deployments.create_flow_runs", id=id, body=[{"parameters": {"n": 1}}, {}])["results"]
    assert [result["status"] for result in results] == ["CREATED", "FAILED"]
    with pytest.raises(Invalid, match="100"):
        api("deployments.create_flow_runs", id=id, body=[{}] * 101)


def test_a_run_of_a_deployment(api: Any) -> None:
    id = deploy(api, tags=["t"], version="3", labels={"team": "red"})["id"]
    body = {"tags": ["u", "t"], "idempotency_key": "k", "name": "once", "labels": {"x": 1}}
    run = api("deployments.create_flow_run", id=id, body=body)
    assert (run["tags"], run["deployment_version"], run["state_name"]) == (["t", "u"], "3", "Scheduled")
    assert run["labels"] == {
        "prefect.flow.id": run["flow_id"],
        "prefect.deployment.id": id,
        "team": "red",
        "x": 1,
    }
    again = api("deployments.create_flow_run", id=id, body=body)
    assert (again["id"], api.status) == (run["id"], 200)
    with pytest.raises(NotFound):
        api("deployments.create_flow_run", id=MISSING, body={})


def test_runs_of_deployments_that_wait(api: Any) -> None:
    id = deploy(api, {"schedule": HOURLY})["id"]
    now = api("deployments.create_flow_run", id=id, body={})
    body = {"deployment_ids": [id], "scheduled_before": "2026-05-01T13:00:00Z"}
    found = api("deployments.get_scheduled_flow_runs", body=body)
    assert [run["next_scheduled_start_time"][11:16] for run in found] == ["12:00", "13:00"]
    assert found[0]["id"] == now["id"]
    read = api("deployments.read", id=id)
    assert (read["status"], read["last_polled"]) == ("READY", "2026-05-01T12:00:30Z")
    assert api("deployments.get_scheduled_flow_runs", body={"deployment_ids": [id], "limit": 1}) == found[:1]


def test_pages_and_removal_of_many(api: Any) -> None:
    ids = [deploy(api, {"schedule": HOURLY}, name=name)["id"] for name in "abc"]
    page = api("deployments.paginate", body={"limit": 2, "page": 2})
    assert ([each["name"] for each in page["results"]], page["count"], page["pages"]) == (["c"], 3, 2)
    started = api("deployments.create_flow_run", id=ids[0], body={})
    api.set_flow(started["id"], "RUNNING")
    body = {"deployments": {"name": {"any_": ["a", "b"]}}}
    assert sorted(api("deployments.bulk_delete", body=body)["deleted"]) == sorted(ids[:2])
    assert api("flow_runs.read", id=started["id"])["deployment_id"] == ids[0]
    assert api("flow_runs.count") == 4


def test_runs_of_a_range(api: Any) -> None:
    id = deploy(api, {"schedule": HOURLY})["id"]
    past = {"start_time": "2026-04-30T00:00:00Z", "end_time": "2026-04-30T23:30:00Z"}
    api("deployments.schedule", id=id, body=past)
    assert starts(api) == ["30T00:00", "30T01:00", "30T02:00", "01T13:00", "01T14:00", "01T15:00"]
    api("deployments.schedule", id=id, body={**past, "backfill": True})
    assert len(starts(api)) == 24 + 3
    with pytest.raises(NotFound):
        api("deployments.schedule", id=MISSING)


def test_queues_and_job_variables(api: Any) -> None:
    variables = {"type": "object", "properties": {"cpu": {"type": "integer"}}}
    template = {"job_configuration": {"cpu": "{{ cpu }}"}, "variables": variables}
    api("work_pools.create", body={"name": "pool", "type": "process", "base_job_template": template})
    made = deploy(api, {"schedule": HOURLY}, work_pool_name="pool", job_variables={"cpu": 2})
    assert (made["work_pool_name"], made["work_queue_name"]) == ("pool", "default")
    run = api("deployments.create_flow_run", id=made["id"], body={"work_queue_name": "fast"})
    assert run["work_queue_name"] == "fast"
    runs = api("flow_runs.filter", body={"flow_runs": {"id": {"not_any_": [run["id"]]}}})
    assert {each["work_queue_id"] for each in runs} == {made["work_queue_id"]}
    for body in ({"job_variables": {"cpu": "many"}}, {"work_pool_name": None, "work_queue_name": None}):
        with pytest.raises(Conflict):
            api("deployments.update", id=made["id"], body=body)
    api("deployments.update", id=made["id"], body={"job_variables": {"cpu": "{{ prefect.variables.n }}"}})
    with pytest.raises(NotFound, match="nowhere"):
        api("deployments.update", id=made["id"], body={"work_pool_name": "nowhere"})
    with pytest.raises(Conflict, match="work_pool_name"):
        deploy(api, name="served", job_variables={"cpu": 1})
    assert [queue["name"] for queue in api("deployments.work_queue_check", id=made["id"])] == ["default"]


def test_missing_deployments_are_told(api: Any) -> None:
    for call in ("read", "delete", "pause", "resume", "read_schedules", "work_queue_check", "read_backfills"):
        with pytest.raises(NotFound, match=MISSING):
            api(f"deployments.{call}", id=MISSING)
    with pytest.raises(NotFound, match="a/b"):
        api("deployments.read_by_name", flow_name="a", deployment_name="b")


def test_instants_are_exact(api: Any) -> None:
    deploy(api, {"schedule": {"interval": 0.25, "anchor_date": "2026-05-01T00:00:00Z", "timezone": "UTC"}})
    found = api("flow_runs.filter", body={"sort": "NEXT_SCHEDULED_START_TIME_ASC", "limit": 2})
    times = [from_iso(run["next_scheduled_start_time"]) for run in found]
    assert times[1] - times[0] == 250_000


def test_parameters_that_the_flow_does_not_take(api: Any) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    deployment = api(
        "deployments.create",
        body={
            "name": "d",
            "flow_id": api.flow(),
            "parameter_openapi_schema": schema,
            "parameters": {"gone": 1, "x": 2},
            "enforce_parameter_schema": True,
        },
    )
    with pytest.raises(Conflict, match=r"no parameter shopz: its parameters are x\."):
        api("deployments.create_flow_run", id=deployment["id"], body={"parameters": {"shopz": 1}})
    run = api("deployments.create_flow_run", id=deployment["id"], body={"parameters": {"x": 3}})
    assert run["parameters"] == {"gone": 1, "x": 3}  # who executes it leaves out what the flow does not take
    lax = {"parameters": {"shopz": 1}, "enforce_parameter_schema": False}
    assert "shopz" in api("deployments.create_flow_run", id=deployment["id"], body=lax)["parameters"]
