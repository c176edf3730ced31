"""The parts of a subflow are shown in the timeline of its caller, and attempts of tasks one by one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab

CALLER = seed.id_of("failed task 1")
CHILD = seed.id_of("child")


@pytest.fixture
def inner(served: Site) -> dict[str, Any]:
    body = {"flow_run_id": CHILD, "task_key": "inner-0", "dynamic_key": "0", "name": "inside"}
    return served.api.post("/task_runs/", json={**body, "state": {"type": "COMPLETED"}}).json()


def test_a_subflow_is_opened_where_it_was_called(window: Tab, inner: dict[str, Any]) -> None:
    window.open(f"/runs/flow-run/{seed.FAILED}?node={CALLER}")
    page = window.page
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_text("24 parts")).to_be_visible()
    page.get_by_role("button", name="Show its parts here").click()
    expect(timeline.get_by_text("25 parts")).to_be_visible()
    assert f"opened={CHILD}" in page.url
    page.reload()
    expect(timeline.get_by_text("25 parts")).to_be_visible()
    timeline.get_by_role("button", name="Table").click()
    expect(timeline.get_by_role("link", name="inside")).to_have_attribute(
        "href", f"/runs/task-run/{inner['id']}"
    )
    timeline.get_by_role("button", name="Gantt").click()
    timeline.get_by_role("application").focus()
    page.keyboard.press("Space")
    expect(timeline.get_by_text("24 parts")).to_be_visible()


def test_attempts_of_a_task_are_told(window: Tab, served: Site) -> None:
    body = {"flow_run_id": seed.RUNNING, "task_key": "again-0", "dynamic_key": "0", "name": "again"}
    task = served.api.post("/task_runs/", json={**body, "state": {"type": "PENDING"}}).json()["id"]
    for state in ("RUNNING", "FAILED", "RUNNING", "COMPLETED"):
        told = served.api.post(f"/task_runs/{task}/set_state", json={"state": {"type": state}, "force": True})
        assert told.json()["status"] == "ACCEPT"
    window.open(f"/runs/flow-run/{seed.RUNNING}?node={task}")
    attempts = window.page.get_by_label("Selected part").get_by_role("listitem")
    expect(attempts).to_have_count(2)
    expect(attempts.first).to_contain_text("failed")
    expect(attempts.last).to_contain_text("completed")
