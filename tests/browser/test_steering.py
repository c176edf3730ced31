"""Many runs and deployments are changed at once, and things are done from the palette."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab

DEPLOYMENT = seed.id_of("deployment etl")


def _run_of(site: Site, name: str, state: str) -> dict[str, Any]:
    made = site.api.post(f"/deployments/{DEPLOYMENT}/create_flow_run", json={"name": name}).json()
    site.api.post(f"/flow_runs/{made['id']}/set_state", json={"state": {"type": state}, "force": True})
    return made


def test_many_runs_get_other_tags_and_run_again(window: Tab, served: Site) -> None:
    over = [_run_of(served, f"again-{number}", "FAILED")["id"] for number in range(2)]
    flow = served.api.get("/flows/name/etl").json()["id"]
    body = {"flow_id": flow, "name": "again-alone", "state": {"type": "FAILED"}}
    alone = served.api.post("/flow_runs/", json=body).json()["id"]
    page = window.page
    window.open("/runs?flow-run-search=again-")
    bar = page.get_by_role("region", name="Selected runs")
    page.get_by_role("checkbox", name="Select all that are shown").check()
    bar.get_by_role("button", name="Tags").click()
    page.get_by_label("Tags to add").fill("seen,urgent")
    page.get_by_label("Tags to take away").fill("nightly")
    page.get_by_role("button", name="Change tags").click()
    expect(page.get_by_text("3 runs have other tags")).to_be_visible()
    tags = {tuple(served.api.get(f"/flow_runs/{id}").json()["tags"]) for id in (*over, alone)}
    assert tags == {("seen", "urgent")}
    page.get_by_role("checkbox", name="Select all that are shown").check()
    bar.get_by_role("button", name="Retry").click()
    page.get_by_role("dialog").get_by_role("button", name="Retry runs").click()
    expect(page.get_by_text("1 were left as they are")).to_be_visible()
    states = {id: served.api.get(f"/flow_runs/{id}").json()["state"]["name"] for id in (*over, alone)}
    assert states == {over[0]: "AwaitingRetry", over[1]: "AwaitingRetry", alone: "Failed"}


def test_many_deployments_are_paused_and_tagged(window: Tab, served: Site) -> None:
    count = served.api.post("/deployments/count", json={}).json()
    window.open("/deployments")
    page = window.page
    bar = page.get_by_role("region", name="Selected deployments")
    page.get_by_role("checkbox", name="Select all that are shown").check()
    expect(bar.get_by_text(f"{count} selected")).to_be_visible()
    bar.get_by_role("button", name="Pause").click()
    expect(page.get_by_text(f"{count} deployments are paused")).to_be_visible()
    found = served.api.post("/deployments/filter", json={}).json()
    assert {each["paused"] for each in found} == {True}
    page.get_by_role("checkbox", name="Select all that are shown").check()
    bar.get_by_role("button", name="Tags").click()
    page.get_by_label("Tags to add").fill("watched")
    page.get_by_role("button", name="Change tags").click()
    expect(page.get_by_text(f"{count} deployments have the new tags")).to_be_visible()
    found = served.api.post("/deployments/filter", json={}).json()
    assert {each["tags"][-1] for each in found} == {"watched"}


def _say(window: Tab, text: str) -> None:
    expect(window.page.get_by_role("button", name="Search everything")).to_be_visible()
    window.page.keyboard.press("Control+k")
    window.page.get_by_role("combobox", name="Search everything").fill(text)
    window.page.get_by_role("listbox", name="Found").get_by_role("option").first.wait_for()


def test_a_deployment_is_run_from_the_palette(window: Tab, served: Site) -> None:
    window.open("/dashboard")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    _say(window, "run report")
    found = window.page.get_by_role("listbox", name="Found").get_by_role("option")
    expect(found).to_have_text(["deploymentRun report-nightlyreport"])
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/runs/flow-run/*")
    run = served.api.get(f"/flow_runs/{window.page.url.rsplit('/', 1)[-1]}").json()
    assert run["deployment_id"] == seed.id_of("deployment report")


def test_a_run_is_cancelled_from_the_palette(window: Tab, served: Site) -> None:
    run = _run_of(served, "stop-me", "RUNNING")
    window.open("/dashboard")
    _say(window, "cancel stop-me")
    window.page.keyboard.press("Enter")
    window.page.get_by_role("dialog").get_by_role("button", name="Cancel run").click()
    expect(window.page.get_by_text("is being cancelled")).to_be_visible()
    assert served.api.get(f"/flow_runs/{run['id']}").json()["state_type"] in ("CANCELLING", "CANCELLED")


def test_the_palette_knows_the_page_and_the_theme(window: Tab) -> None:
    window.open(f"/runs/flow-run/{seed.FAILED}")
    expect(window.page.get_by_role("heading", level=1)).to_have_text("failed")
    _say(window, "compare this")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/compare?runs={seed.FAILED}")
    _say(window, "dark theme")
    window.page.keyboard.press("Enter")
    expect(window.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_all_that_is_found_has_a_page(window: Tab) -> None:
    window.open("/search?q=etl")
    expect(window.page.get_by_role("region", name="deployment").get_by_role("link")).to_have_text(
        "etl-nightly"
    )
    window.page.get_by_label("Name or id").fill("nothing like it")
    expect(window.page.get_by_text("Nothing is called that")).to_be_visible()
