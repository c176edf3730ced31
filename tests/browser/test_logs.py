"""The log of a run: searched by text and pattern, walked from hit to hit, filtered, taken along as a file."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab

RUN = f"/runs/flow-run/{seed.FAILED}"


def test_a_pattern_finds_lines_with_those_around(window: Tab) -> None:
    window.open(RUN)
    log = window.page.get_by_role("log")
    window.page.get_by_role("button", name="Search by regular expression").click()
    window.page.get_by_label("Search in the log").fill(r"read \d{3}1 rows")
    window.page.get_by_label("Lines around hits").select_option("2")
    expect(log.locator("mark").filter(has_text="Read 9911 rows")).to_be_visible()
    expect(log.locator(".log-gap").first).to_be_attached()
    assert "log-regex=true" in window.page.url
    window.page.reload()
    expect(log.locator("mark").first).to_be_visible()


def test_a_pattern_that_is_none_says_why(window: Tab) -> None:
    window.expected.append("422")
    window.open(f"{RUN}?log-regex=true&log-search=(a")
    expect(window.page.get_by_role("alert")).to_contain_text("no regular expression")
    window.page.get_by_label("Search in the log").fill("(9911)")
    expect(window.page.get_by_role("log").locator("mark")).to_have_text("9911")
    expect(window.page.get_by_role("alert")).to_have_count(0)


def test_one_goes_from_hit_to_hit_among_all_lines(window: Tab) -> None:
    window.open(f"{RUN}?log-search=rows+of&log-context=all&level=30")
    page = window.page
    expect(page.get_by_text("12 hits")).to_be_visible()
    search = page.get_by_label("Search in the log")
    chosen = page.locator(".log-line.chosen")
    search.press("Shift+Enter")
    expect(chosen).to_contain_text("Read 9690 rows")
    search.press("Shift+Enter")
    expect(chosen).to_contain_text("Read 8840 rows")
    search.press("Enter")
    expect(chosen).to_contain_text("Read 9690 rows")
    search.press("Enter")
    expect(page.get_by_text("No more that way")).to_be_visible()


def test_one_level_and_one_task_alone(window: Tab) -> None:
    window.open(f"{RUN}?level=%3D10")
    levels = window.page.locator(".log-level")
    expect(levels.first).to_have_text("DEBUG")
    assert set(levels.all_text_contents()) == {"DEBUG"}
    window.open(RUN)
    window.page.get_by_role("button", name="Only lines of load-23").first.click()
    expect(window.page.get_by_role("button", name="Only load-23: show all tasks")).to_be_visible()
    expect(window.page.locator(".log-task a").first).to_have_text("load-23")
    assert set(window.page.locator(".log-task a").all_text_contents()) == {"load-23"}


def test_all_lines_and_those_of_a_filter_are_taken_along(window: Tab, tmp_path: Path) -> None:
    window.open(f"{RUN}?level=40")
    page = window.page
    for item, count in (("What is shown, as JSON lines", 1), ("All lines, as JSON lines", 600)):
        page.get_by_role("button", name="Download", exact=True).click()
        with page.expect_download() as started:
            page.get_by_role("menuitem", name=item).click()
        started.value.save_as(tmp_path / "log.jsonl")
        lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
        assert len(lines) == count
        assert [line["timestamp"] for line in lines] == sorted(line["timestamp"] for line in lines)
    assert any("the table has no rows" in line["message"] for line in lines)


def test_attempts_are_divided_and_json_can_be_read(window: Tab, served: Site) -> None:
    flow = served.api.get("/flows/name/etl").json()["id"]
    run = served.api.post("/flow_runs/", json={"flow_id": flow, "state": {"type": "PENDING"}}).json()["id"]

    def state(type_: str) -> None:
        body = {"state": {"type": type_}, "force": True}
        assert served.api.post(f"/flow_runs/{run}/set_state", json=body).json()["status"] == "ACCEPT"

    def log(message: str) -> None:
        at = served.api.get(f"/flow_runs/{run}").json()["state"]["timestamp"]
        line = {"name": "n", "level": 20, "message": message, "timestamp": at, "flow_run_id": run}
        assert served.api.post("/logs/", json=[line]).status_code == 201

    state("RUNNING")
    log("the first time")
    state("FAILED")
    state("RUNNING")
    log('{"event": "second", "rows": [1, 2]}')
    window.open(f"/runs/flow-run/{run}")
    expect(window.page.get_by_role("separator", name="Attempt 2")).to_be_visible()
    window.page.get_by_text('"event"').click()
    expect(window.page.get_by_text('"event": "second",\n')).to_be_visible()
