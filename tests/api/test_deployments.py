"""Deployments and their schedules over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest


@pytest.fixture
def flow_id(post: Callable[..., Any]) -> str:
    return post("/flows/", {"name": "f"})["id"]


@pytest.fixture
def deploy(http: httpx.Client, flow_id: str) -> Callable[..., httpx.Response]:
    def _deploy(name: str = "d", **body: Any) -> httpx.Response:
        return http.post("/deployments/", json={"name": name, "flow_id": flow_id, **body})

    return _deploy


def _slugs(found: dict[str, Any]) -> dict[str | None, bool]:
    return {schedule["slug"]: schedule["active"] for schedule in found["schedules"]}


def test_a_deployment_is_created_and_found(http: httpx.Client, deploy: Any, flow_id: str) -> None:
    schedules = [{"schedule": {"interval": 60}, "slug": "s"}, {"schedule": {"cron": "* * * * *"}}]
    made = deploy(schedules=schedules, tags=["b", "a"], parameters={"x": 1}, entrypoint="a.py:f")
    assert made.status_code == 201
    found = made.json()
    assert found == http.get(f"/deployments/{found['id']}").json()
    assert found == http.get("/deployments/name/f/d").json()
    assert (found["tags"], found["parameters"], found["paused"]) == (["b", "a"], {"x": 1}, False)
    assert found["labels"] == {"prefect.flow.id": flow_id}
    kinds = {schedule["slug"]: schedule["schedule"] for schedule in found["schedules"]}
    assert kinds[None] == {"cron": "* * * * *", "timezone": None, "day_or": True}
    assert (kinds["s"]["interval"], kinds["s"]["timezone"]) == (60.0, "UTC")


def test_creating_again_changes_what_is_given(deploy: Any) -> None:
    first = deploy(
        tags=["a"], entrypoint="a.py:f", parameters={"x": 1}, schedules=[{"schedule": {"interval": 1}}]
    )
    again = deploy(description="d")
    assert again.status_code == 200
    found = again.json()
    assert found["id"] == first.json()["id"]
    assert (found["tags"], found["entrypoint"], found["description"]) == (["a"], "a.py:f", "d")
    assert (found["parameters"], found["schedules"]) == ({}, [])


def test_schedules_are_changed_by_their_slugs(http: httpx.Client, deploy: Any) -> None:
    id = deploy(schedules=[{"schedule": {"interval": 60}, "slug": "a"}]).json()["id"]
    wanted = [{"slug": "a", "active": False}, {"slug": "b", "schedule": {"rrule": "FREQ=DAILY"}}]
    assert http.patch(f"/deployments/{id}", json={"schedules": wanted}).status_code == 204
    assert _slugs(http.get(f"/deployments/{id}").json()) == {"a": False, "b": True}
    assert http.patch(f"/deployments/{id}", json={"schedules": [], "paused": True}).status_code == 204
    assert _slugs(http.get(f"/deployments/{id}").json()) == {"a": False, "b": True}
    renamed = {"schedules": [{"slug": "c", "replaces": "a"}]}
    assert http.patch(f"/deployments/{id}", json=renamed).status_code == 204
    assert _slugs(http.get(f"/deployments/{id}").json()) == {"c": False, "b": True}
    nameless = {"schedules": [{"schedule": {"interval": 5}}]}
    assert http.patch(f"/deployments/{id}", json=nameless).status_code == 422
    empty = {"schedules": [{"slug": "new"}]}
    assert http.patch(f"/deployments/{id}", json=empty).status_code == 422


@pytest.mark.parametrize(
    "schedule",
    [{"cron": "bad"}, {"interval": 0}, {"rrule": "DAILY"}, {"interval": 60, "timezone": "Nowhere"}, {}],
)
def test_schedules_that_cannot_be_are_refused(deploy: Any, schedule: dict[str, Any]) -> None:
    assert deploy(schedules=[{"schedule": schedule}]).status_code == 422


def test_two_schedules_cannot_share_a_slug(deploy: Any) -> None:
    twice = [{"schedule": {"interval": 60}, "slug": "s"}] * 2
    assert deploy(schedules=twice).status_code == 409
    assert deploy().status_code == 201  # nothing of it was kept


def test_deployments_are_listed_counted_and_removed(http: httpx.Client, post: Any, deploy: Any) -> None:
    ids = [deploy(name, tags=[name]).json()["id"] for name in ("b", "a", "c")]
    assert [found["name"] for found in post("/deployments/filter")] == ["a", "b", "c"]
    only = {"deployments": {"tags": {"all_": ["c"]}}}
    assert [found["name"] for found in post("/deployments/filter", only)] == ["c"]
    by_flow = {"flows": {"name": {"any_": ["f"]}}, "deployments": {"name": {"like_": "B"}}}
    assert post("/deployments/count", by_flow) == 1
    assert post("/deployments/count", {"deployments": {"flow_or_deployment_name": {"like_": "f"}}}) == 3
    assert post("/flows/count", {"deployments": {"name": {"any_": ["a"]}}}) == 1
    assert http.delete(f"/deployments/{ids[0]}").status_code == 204
    assert http.delete(f"/deployments/{ids[0]}").status_code == 404
    assert post("/deployments/count") == 2


def test_what_is_missing_is_told(http: httpx.Client, deploy: Any) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    assert http.post("/deployments/", json={"name": "d", "flow_id": missing}).status_code == 409
    assert http.patch(f"/deployments/{missing}", json={"paused": True}).status_code == 404
    assert http.get("/deployments/name/f/none").status_code == 404
    assert deploy(work_pool_name="none").status_code == 404
