"""Runs side by side: what they logged differently, and when their tasks ran."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab


def _run(site: Site, name: str, messages: list[str]) -> str:
    flow = site.api.get("/flows/name/etl").json()["id"]
    made = site.api.post(
        "/flow_runs/", json={"flow_id": flow, "name": name, "state": {"type": "COMPLETED"}}
    ).json()
    at = made["state"]["timestamp"].split(".")[0].removesuffix("Z")
    lines = [
        {
            "name": "n",
            "level": 20,
            "message": message,
            "timestamp": f"{at}.{number:06}Z",
            "flow_run_id": made["id"],
        }
        for number, message in enumerate(messages)
    ]
    assert site.api.post("/logs/", json=lines).status_code == 201
    return made["id"]


def test_logs_are_compared_but_for_names_and_numbers(window: Tab, served: Site) -> None:
    shared = [f"row {number}" for number in range(40)]
    one = _run(served, "odd-fox", ["begin odd-fox", *shared, "all good", "took 3.2 s"])
    other = _run(served, "wise-owl", ["begin wise-owl", *shared, "went wrong", "took 9 s"])
    window.open(f"/compare?runs={one},{other}&tab=Logs")
    page = window.page
    found = page.get_by_role("region", name="Differences")
    expect(found.locator(".log-diff-first")).to_contain_text("INFO  all good")
    expect(found.locator(".log-diff-second")).to_contain_text("+ INFO  went wrong")
    expect(found.get_by_text("38 lines that both have")).to_be_visible()
    page.get_by_label("Numbers count").check()
    expect(found.locator(".log-diff-first")).to_contain_text("took 3.2 s")
    page.get_by_label("Second").select_option(one)
    expect(page.get_by_text("Both logged the same 43 lines")).to_be_visible()


def test_timelines_stand_on_one_axis(window: Tab) -> None:
    window.open(f"/compare?runs={seed.FAILED},{seed.RUNNING}&tab=Timelines")
    pictures = window.page.get_by_role("region", name="Timelines").get_by_role("img")
    expect(pictures).to_have_count(2)
    expect(pictures.first).to_have_accessible_name("failed: 24 task runs in 1 m 30 s, 1 failed")
