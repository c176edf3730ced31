"""What happens on the server is on the page within a second, whenever it happens."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Route, expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab

WITHIN_S = 1.0
TRIES = 3
TOPICS = re.compile("/topics$")


def _new_run(served: Site, name: str, state: str = "PENDING") -> str:
    body: dict[str, Any] = {"flow_id": seed.id_of("cleanup"), "name": name, "state": {"type": state}}
    return served.api.post("/flow_runs/", json=body).json()["id"]


def _set(served: Site, id: str, name: str, type_: str = "RUNNING") -> None:
    body = {"state": {"type": type_, "name": name}, "force": True}
    assert served.api.post(f"/flow_runs/{id}/set_state", json=body).is_success


def _log(served: Site, id: str, message: str) -> None:
    line = {"level": 20, "name": "n", "message": message, "timestamp": "2026-01-01T00:00:00Z"}
    assert served.api.post("/logs/", json=[{**line, "flow_run_id": id}]).is_success


@contextmanager
def _told(served: Site, topic: str) -> Iterator[None]:
    """What is done inside has been told to all who wanted to know when this is left."""
    with served.api.stream("GET", "/ui/stream") as stream:
        lines = stream.iter_lines()
        data = next(line for line in lines if line.startswith("data: "))
        path = f"/ui/stream/{json.loads(data[6:])['id']}/topics"
        assert served.api.post(path, json={"topics": [topic]}).is_success
        yield
        assert any(line.startswith("data: ") for line in lines)


def test_a_change_of_state_is_seen_within_a_second(window: Tab, served: Site) -> None:
    id = _new_run(served, "watched")
    with window.page.expect_response(TOPICS):
        window.open(f"/runs/flow-run/{id}")
    badge = window.page.locator(".page > header .badge")
    took: list[float] = []
    for number in range(TRIES):
        _set(served, id, f"Step{number}")
        since = time.perf_counter()
        expect(badge).to_have_text(f"Step{number}")
        took.append(time.perf_counter() - since)
    assert min(took) < WITHIN_S, took


def test_what_happens_between_the_reading_and_the_subscription_is_seen(window: Tab, served: Site) -> None:
    id = _new_run(served, "between")
    held: list[Route] = []
    window.page.route(TOPICS, lambda route: held.append(route), times=1)
    badge = window.page.locator(".page > header .badge")
    with window.page.expect_request(TOPICS):
        window.open(f"/runs/flow-run/{id}")
    expect(badge).to_have_text("Pending")
    with _told(served, f"flow-run:{id}"):
        _set(served, id, "Unseen")
    for route in held:
        route.continue_()
    expect(badge).to_have_text("Unseen")


def test_a_page_that_is_come_to_again_shows_what_happened_meanwhile(window: Tab, served: Site) -> None:
    id = _new_run(served, "meanwhile")
    page = window.page
    with page.expect_response(TOPICS):
        window.open(f"/runs/flow-run/{id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("meanwhile")
    with page.expect_response(TOPICS):
        page.get_by_role("link", name="Variables").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Variables")
    _set(served, id, "Changed")
    page.go_back()
    expect(page.locator(".page > header .badge")).to_have_text("Changed")


def test_new_runs_come_to_the_head_of_a_list_whose_filter_was_changed(window: Tab, served: Site) -> None:
    page = window.page
    with page.expect_response(TOPICS):
        window.open("/runs")
    page.get_by_role("searchbox", name="Search by name").fill("comes-")
    expect(page.get_by_text("No run fits")).to_be_visible()
    first = _new_run(served, "comes-first")
    expect(page.get_by_role("link", name="comes-first")).to_be_visible()
    _new_run(served, "stays-away")
    _new_run(served, "comes-next")
    expect(page.get_by_role("link", name="comes-next")).to_be_visible()
    expect(page.get_by_role("link", name="stays-away")).to_have_count(0)
    _set(served, first, "Begun")
    row = page.get_by_role("row").filter(has_text="comes-first")
    expect(row).to_contain_text("Begun")


def test_lines_of_a_log_come_as_they_are_written(window: Tab, served: Site) -> None:
    id = _new_run(served, "talks", "RUNNING")
    _log(served, id, "the first")
    with window.page.expect_response(TOPICS):
        window.open(f"/runs/flow-run/{id}")
    expect(window.page.get_by_text("the first")).to_be_visible()
    for number in range(TRIES):
        _log(served, id, f"number {number}")
        expect(window.page.get_by_text(f"number {number}")).to_be_visible()


def test_a_list_of_things_follows_them(window: Tab, served: Site) -> None:
    with window.page.expect_response(TOPICS):
        window.open("/variables")
    served.api.post("/variables/", json={"name": "comes", "value": 1})
    expect(window.page.get_by_role("row").filter(has_text="comes")).to_be_visible()
    served.api.delete("/variables/name/comes")
    expect(window.page.get_by_role("row").filter(has_text="comes")).to_have_count(0)


def test_the_timeline_follows_the_run(window: Tab, served: Site) -> None:
    id = _new_run(served, "grows", "RUNNING")
    page = window.page

    def task(name: str) -> None:
        body = {"flow_run_id": id, "task_key": "step", "dynamic_key": name, "name": name}
        state = {"type": "RUNNING", "name": "Running"}
        assert served.api.post("/task_runs/", json={**body, "state": state}).is_success

    task("one")
    with page.expect_response(TOPICS):
        window.open(f"/runs/flow-run/{id}?view=table")
    grid = page.get_by_role("grid", name="Parts of the run")
    expect(grid.get_by_role("link", name="one")).to_be_visible()
    task("two")
    expect(grid.get_by_role("link", name="two")).to_be_visible()
