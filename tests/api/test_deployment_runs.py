"""The endpoints of deployments that are about their schedules and runs, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def id(post: Callable[..., Any]) -> str:
    flow_id = post("/flows/", {"name": "f"})["id"]
    schedules = [{"schedule": {"cron": "0 * * * *"}, "slug": "h"}]
    return post("/deployments/", {"name": "d", "flow_id": flow_id, "schedules": schedules})["id"]


def test_schedules(http: httpx.Client, id: str) -> None:
    root = f"/deployments/{id}/schedules"
    made = http.post(root, json=[{"schedule": {"interval": 3600}, "slug": "i", "overlap": "skip"}])
    assert made.status_code == 201
    [schedule] = made.json()
    assert (schedule["schedule"]["interval"], schedule["overlap"]) == (3600.0, "skip")
    assert {each["slug"] for each in http.get(root).json()} == {"h", "i"}
    assert http.post(root, json=[{"schedule": {"interval": 3600}, "slug": "i"}]).status_code == 409
    assert http.patch(f"{root}/{schedule['id']}", json={"active": False}).status_code == 204
    assert http.delete(f"{root}/{schedule['id']}").status_code == 204
    assert http.delete(f"{root}/{schedule['id']}").status_code == 404
    assert http.patch(f"{root}/{MISSING}", json={}).status_code == 404


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ({"interval": 0}, "interval must be positive"),
        ({"cron": "61 * * * *"}, "cron: "),
        ({"cron": "* * * * *", "timezone": "Mars/Base"}, "Mars/Base"),
        ({"rrule": "no rule"}, "rrule: "),
    ],
)
def test_a_wrong_schedule_is_refused_with_a_reason(
    http: httpx.Client, id: str, schedule: dict[str, Any], problem: str
) -> None:
    answer = http.post(f"/deployments/{id}/schedules", json=[{"schedule": schedule}])
    assert answer.status_code == 422
    assert problem in answer.text


def test_runs(http: httpx.Client, id: str) -> None:
    body = {"idempotency_key": "k", "tags": ["t"], "parameters": {"x": 1}}
    made = http.post(f"/deployments/{id}/create_flow_run", json=body)
    assert made.status_code == 201
    assert (made.json()["state_name"], made.json()["deployment_id"]) == ("Scheduled", id)
    assert http.post(f"/deployments/{id}/create_flow_run", json=body).status_code == 200
    assert http.post(f"/deployments/{MISSING}/create_flow_run", json=body).status_code == 404
    many = http.post(f"/deployments/{id}/create_flow_run/bulk", json=[{}, {}])
    assert many.status_code == 200
    assert [each["status"] for each in many.json()["results"]] == ["CREATED", "CREATED"]
    waiting = http.post("/deployments/get_scheduled_flow_runs", json={"deployment_ids": [id], "limit": 3})
    assert [run["auto_scheduled"] for run in waiting.json()] == [False, False, False]
    assert http.get(f"/deployments/{id}").json()["status"] == "READY"


def test_pausing_going_on_and_ranges(http: httpx.Client, id: str) -> None:
    paused = http.post(f"/deployments/{id}/pause_deployment")
    assert (paused.status_code, paused.json()) == (200, None)
    assert http.post("/flow_runs/count", json={}).json() == 0
    assert http.post(f"/deployments/{id}/resume_deployment").status_code == 200
    assert http.post("/flow_runs/count", json={}).json() == 3
    assert http.post(f"/deployments/{MISSING}/resume_deployment").status_code == 404
    past = {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-01T23:00:00Z"}
    assert http.post(f"/deployments/{id}/schedule", json={**past, "min_runs": 24}).status_code == 200
    assert http.post("/flow_runs/count", json={}).json() == 27
    assert http.get(f"/deployments/{id}/work_queue_check").json() == []


def test_backfills_plans_and_pages(http: httpx.Client, id: str) -> None:
    body = {"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-01-02T00:00:00Z", "at_once": 2}
    made = http.post(f"/deployments/{id}/backfills", json=body)
    assert made.status_code == 201
    one = f"/deployments/{id}/backfills/{made.json()['id']}"
    assert http.patch(one, json={"status": "CANCELLED"}).json()["status"] == "CANCELLED"
    assert http.patch(one, json={"status": "RUNNING"}).status_code == 409
    assert http.get(f"/deployments/{id}/backfills").json() == [http.get(one).json()]
    flow_id = http.get(f"/deployments/{id}").json()["flow_id"]
    plan = http.post("/deployments/plan", json={"name": "d", "flow_id": flow_id, "version": "2"}).json()
    assert {line["field"]: line["action"] for line in plan["changes"]} == {
        "version": "set",
        "schedules.h": "removed",
    }
    page = http.post("/deployments/paginate", json={"limit": 1}).json()
    assert (page["count"], page["pages"], [each["id"] for each in page["results"]]) == (1, 1, [id])
    assert http.post("/deployments/bulk_delete", json={}).json() == {"deleted": [id]}
