"""Lists that are told in pages are shown to their end, and triggers are tried before they are kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

from playwright.sync_api import expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab


def test_variables_are_shown_to_the_last(window: Tab, served: Site) -> None:
    for number in range(203):
        body = {"name": f"page_{number:03}", "value": number}
        assert served.api.post("/variables/", json=body).status_code == 201
    window.open("/variables?search=page_")
    grid = window.page.get_by_role("grid", name="Variables")
    expect(grid).to_have_attribute("aria-rowcount", "200")
    window.page.keyboard.press("End")
    window.page.mouse.wheel(0, 20_000)
    expect(grid).to_have_attribute("aria-rowcount", "203")
    window.page.mouse.wheel(0, 20_000)
    expect(grid.get_by_role("button", name="page_202", exact=True)).to_be_visible()


def test_a_trigger_is_tried_before_it_is_kept(window: Tab, served: Site) -> None:
    name = f"table.late.{uuid4()}"
    body = {
        "name": "watch the table",
        "trigger": {"type": "event", "posture": "Reactive", "expect": [name], "threshold": 2, "within": 0},
        "actions": [{"type": "do-nothing"}],
        "enabled": False,
    }
    id = served.api.post("/automations/", json=body).json()["id"]
    for _ in range(4):
        event = {
            "id": str(uuid4()),
            "occurred": datetime.now(UTC).isoformat(),
            "event": name,
            "resource": {"prefect.resource.id": "table.a"},
        }
        assert served.api.post("/events", json=[event]).status_code == 204
    window.open(f"/automations/automation/{id}?tab=Test")
    page = window.page
    test = page.get_by_role("region", name="Test", exact=True)
    test.get_by_role("button", name="Test").click()
    expect(test.get_by_role("status")).to_contain_text("It would have fired 2 times.")
    expect(test.get_by_role("row")).to_have_count(3)
    window.open(f"/automations/automation/{id}/edit")
    page.get_by_role("button", name="JSON").click()
    page.get_by_label("Trigger", exact=True).fill('{"type": "event", "posture": "Sometimes"}')
    window.expected.append("422")
    test.get_by_role("button", name="Test").click()
    expect(test.get_by_role("alert")).to_contain_text("posture")


def test_a_paused_run_asks_with_a_form(window: Tab, served: Site) -> None:
    schema = {
        "title": "Approve",
        "type": "object",
        "properties": {"share": {"type": "number", "title": "Share", "maximum": 1}},
        "required": ["share"],
    }
    path = f"/flow_runs/{seed.PAUSED}"
    for key, value in (("q-schema", schema), ("q-description", "## Please look")):
        body = {"key": key, "value": json.dumps(value)}
        assert served.api.post(f"{path}/input", json=body).status_code == 201
    keys = {"schema": "q-schema", "response": "q-response", "description": "q-description"}
    details = {"pause_timeout": "2099-01-01T00:00:00Z", "pause_key": "q", "run_input_keyset": keys}
    state = {"type": "PAUSED", "name": "Paused", "state_details": details}
    served.api.post(f"{path}/set_state", json={"state": state, "force": True})
    window.open(f"/runs/flow-run/{seed.PAUSED}")
    page = window.page
    page.get_by_role("button", name="Resume").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Please look")).to_be_visible()
    dialog.get_by_role("textbox", name="Share").fill("2")
    expect(dialog.get_by_role("button", name="Resume")).to_be_disabled()
    dialog.get_by_role("textbox", name="Share").fill("0.5")
    dialog.get_by_role("button", name="Resume").click()
    expect(dialog).to_have_count(0)
    assert served.api.get(path).json()["state"]["type"] == "RUNNING"
    assert served.api.get(f"{path}/input/q-response").json() == {"share": 0.5}


def test_runs_are_found_by_parameters_and_length(window: Tab) -> None:
    window.open("/runs?flow-run-search=failed")
    page = window.page
    grid = page.get_by_role("grid", name="Flow runs")
    expect(grid).to_have_attribute("aria-rowcount", "1")
    page.get_by_role("button", name="More filters: 0 chosen").click()
    page.get_by_label("Parameters").last.fill("rows=999")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No run fits")).to_be_visible()
    page.get_by_label("Parameters").last.fill("rows=1000, day=2026-01-01")
    page.keyboard.press("Enter")
    expect(grid).to_have_attribute("aria-rowcount", "1")
    page.get_by_label("Longer than").fill("soon")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is no length of time.")).to_be_visible()
    page.get_by_label("Longer than").fill("2m")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No run fits")).to_be_visible()
    page.get_by_label("Longer than").fill("1m")
    page.keyboard.press("Enter")
    expect(grid).to_have_attribute("aria-rowcount", "1")
    assert "longer-than=1m" in page.url


def test_a_result_that_is_text_is_shown(window: Tab, served: Site) -> None:
    flow = served.api.get("/flows/name/etl").json()["id"]
    place = {"storage_key": "kept/here", "serializer": {"type": "json"}, "expiration": None}
    state = {"type": "COMPLETED", "data": place}
    run = served.api.post("/flow_runs/", json={"flow_id": flow, "state": state}).json()["id"]
    kept = {"key": "kept/here", "content": '{"rows": 42}', "flow_run_id": run}
    assert served.api.post("/results/", json=kept).status_code == 204
    window.open(f"/runs/flow-run/{run}?tab=Result")
    result = window.page.get_by_role("region", name="Result", exact=True)
    expect(result).to_contain_text("kept/here")
    expect(result).to_contain_text("42")
    window.open(f"/runs/flow-run/{seed.FAILED}?tab=Result")
    expect(window.page.get_by_text("No result is kept")).to_be_visible()


def test_the_list_of_runs_begins_with_a_saved_filter_and_steps_through_time(window: Tab) -> None:
    window.open("/runs?state=FAILED&range=24h")
    page = window.page
    page.get_by_role("button", name="Saved filters").click()
    page.get_by_label("Name of the filter").fill("mine")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Begin with mine").click()
    expect(page.get_by_role("button", name="Begin with mine")).to_have_attribute("aria-pressed", "true")
    window.open("/runs")
    page.wait_for_url("**/runs?state=FAILED&range=24h")
    page.get_by_role("button", name="The time before").click()
    expect(page.get_by_role("button", name="Time: Chosen range")).to_be_visible()
    assert "start=" in page.url
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("button", name="Time: All time")).to_be_visible()
    page.get_by_role("button", name="Saved filters").click()
    page.get_by_role("button", name="Remove mine").click()
    expect(page.get_by_text("mine is removed.")).to_be_visible()
