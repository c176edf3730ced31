"""What can be done with runs: each action is checked on the server, each change on the page."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab


def _state(served: Site, id: str) -> str:
    return served.api.get(f"/flow_runs/{id}").json()["state_type"]


def _new_run(served: Site, name: str, state: str = "PENDING") -> str:
    body: dict[str, Any] = {"flow_id": seed.id_of("cleanup"), "name": name, "state": {"type": state}}
    return served.api.post("/flow_runs/", json=body).json()["id"]


def _menu(window: Tab, name: str) -> None:
    window.page.get_by_role("button", name="More actions").click()
    window.page.get_by_role("menuitem", name=name).click()


def test_filters_stand_in_the_address_and_come_back(window: Tab) -> None:
    page = window.page
    window.open("/runs")
    page.get_by_role("searchbox", name="Search by name").fill("failed")
    page.wait_for_url("**flow-run-search=failed*")
    rows = page.get_by_role("grid", name="Flow runs").get_by_role("row")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="failed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("failed")
    page.go_back()
    expect(page.get_by_role("searchbox", name="Search by name")).to_have_value("failed")
    expect(rows).to_have_count(2)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("failed")


def test_a_filter_is_saved_on_the_server(window: Tab, served: Site) -> None:
    page = window.page
    window.open("/runs?state=FAILED,CRASHED&tags=nightly")
    page.get_by_role("button", name="Saved filters").click()
    page.get_by_role("textbox", name="Name of the filter").fill("bad nights")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("button", name="bad nights", exact=True)).to_be_visible()
    kept = served.api.post("/saved_searches/filter", json={}).json()
    assert [each["name"] for each in kept] == ["bad nights"]
    window.open("/runs")
    page.get_by_role("button", name="Saved filters").click()
    page.get_by_role("button", name="bad nights", exact=True).click()
    page.wait_for_url("**state=FAILED*")


def test_a_run_is_cancelled(window: Tab, served: Site) -> None:
    id = _new_run(served, "to-cancel", "SCHEDULED")
    window.open(f"/runs/flow-run/{id}")
    window.page.get_by_role("button", name="Cancel", exact=True).click()
    window.page.get_by_role("button", name="Cancel run").click()
    expect(window.page.locator(".page > header .badge")).to_have_text(re.compile("Cancel"))
    assert _state(served, id) in ("CANCELLING", "CANCELLED")


def test_a_failed_run_is_retried(window: Tab, served: Site) -> None:
    run = served.api.post(
        "/flow_runs/filter",
        json={
            "flow_runs": {"name": {"like_": "past-"}, "state": {"type": {"any_": ["FAILED"]}}},
            "deployments": {},
        },
    ).json()
    id = next(each["id"] for each in run if each["deployment_id"])
    window.open(f"/runs/flow-run/{id}")
    window.page.get_by_role("button", name="Retry").first.click()
    window.page.get_by_role("dialog").get_by_role("button", name="Retry").click()
    expect(window.page.locator(".page > header .badge")).to_have_text("AwaitingRetry")
    assert _state(served, id) == "SCHEDULED"


def test_state_name_and_end_of_a_run(window: Tab, served: Site) -> None:
    id = _new_run(served, "to-change")
    window.open(f"/runs/flow-run/{id}")
    page = window.page
    _menu(window, "Change state")
    page.get_by_role("dialog").get_by_role("combobox").select_option("COMPLETED")
    page.get_by_role("textbox", name="Why").fill("It was done by hand")
    page.get_by_role("dialog").get_by_role("button", name="Change state").click()
    expect(page.locator(".page > header .badge")).to_have_text("Completed")
    assert served.api.get(f"/flow_runs/{id}").json()["state"]["message"] == "It was done by hand"
    _menu(window, "Rename")
    page.get_by_label("Name", exact=True).fill("changed")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("changed")
    _menu(window, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url("**/runs")
    assert served.api.get(f"/flow_runs/{id}").status_code == 404


def test_many_runs_are_changed_and_deleted_at_once(window: Tab, served: Site) -> None:
    ids = [_new_run(served, f"bulk-{number}") for number in range(3)]
    page = window.page
    window.open("/runs?flow-run-search=bulk-")
    expect(page.get_by_role("checkbox", name="Select", exact=True)).to_have_count(3)
    page.get_by_role("checkbox", name="Select all that are shown").check()
    bar = page.get_by_role("region", name="Selected runs")
    bar.get_by_role("button", name="Cancel runs").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel runs").click()
    expect(bar).to_be_hidden()
    assert {_state(served, id) for id in ids} <= {"CANCELLING", "CANCELLED"}
    page.get_by_role("checkbox", name="Select all that are shown").check()
    bar.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No run fits")).to_be_visible()
    assert {served.api.get(f"/flow_runs/{id}").status_code for id in ids} == {404}


def test_a_list_is_worked_with_keys_alone(window: Tab) -> None:
    page = window.page
    window.open("/runs?flow-run-search=failed")
    page.get_by_role("grid", name="Flow runs").focus()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/flow-run/{seed.FAILED}")


def test_the_log_is_searched_and_a_line_is_linked_to(window: Tab) -> None:
    page = window.page
    window.open(f"/runs/flow-run/{seed.FAILED}")
    expect(page.get_by_text("600 lines")).to_be_visible()
    page.get_by_role("combobox", name="Level").select_option("40")
    expect(page.get_by_text("1 lines")).to_be_visible()
    expect(page.get_by_text("ValueError: the table has no rows").last).to_be_visible()
    page.get_by_text("3 frames").click()
    window.open(f"/runs/flow-run/{seed.FAILED}?line={seed.id_of('failed line 300')}")
    expect(page.locator(".log-line.chosen")).to_contain_text("Read 5100 rows")


def test_a_run_that_waits_says_why(window: Tab) -> None:
    window.open(f"/runs/flow-run/{seed.LATE}")
    expect(window.page.get_by_role("region", name="Why is it not running?")).to_contain_text("laptop")


def test_everything_is_found_from_the_palette(window: Tab) -> None:
    window.open("/dashboard")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    window.page.keyboard.press("Control+k")
    window.page.get_by_role("combobox", name="Search everything").fill(seed.FAILED)
    window.page.get_by_role("option", name="failed").wait_for()
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/runs/flow-run/{seed.FAILED}")
