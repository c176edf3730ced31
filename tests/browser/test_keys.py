"""The main paths with the keyboard alone: no test here touches the mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.browser import seed
from tests.browser.conftest import Site, Tab

MOST_TABS = 60


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until what fits has the focus, if it has not."""
    page.locator(selector).first.wait_for()
    for _ in range(MOST_TABS):
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {selector}.")


def test_from_the_dashboard_to_a_run_and_back(window: Tab) -> None:
    page = window.page
    window.open("/dashboard")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    page.keyboard.press("g")
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
    _tab_to(page, "[aria-label='Search by name']")
    page.keyboard.type("failed")
    page.wait_for_url("**flow-run-search=failed*")
    grid = page.get_by_role("grid", name="Flow runs")
    expect(grid.get_by_role("row")).to_have_count(2)
    _tab_to(page, "[role=grid]")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/flow-run/{seed.FAILED}")
    expect(page.get_by_role("heading", level=1)).to_have_text("failed")
    page.go_back()
    expect(page.get_by_role("searchbox", name="Search by name")).to_have_value("failed")


def test_the_first_tab_leads_past_the_navigation(window: Tab) -> None:
    page = window.page
    window.open("/flows")
    expect(page.get_by_role("heading", level=1)).to_have_text("Flows")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_state_is_changed(window: Tab, served: Site) -> None:
    body = {"flow_id": seed.id_of("cleanup"), "name": "by-keys", "state": {"type": "PENDING"}}
    id = served.api.post("/flow_runs/", json=body).json()["id"]
    page = window.page
    window.open(f"/runs/flow-run/{id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("by-keys")
    page.keyboard.press(".")
    expect(page.get_by_role("menu", name="More actions")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu", name="More actions")).to_be_hidden()
    page.keyboard.press(".")
    item = page.get_by_role("menuitem", name="Change state")
    for _ in range(MOST_TABS):
        if item.evaluate("each => each === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    _tab_to(page, "dialog select")
    page.keyboard.type("Completed")
    _tab_to(page, "dialog textarea")
    page.keyboard.type("Done elsewhere")
    _tab_to(page, "dialog button.primary")
    page.keyboard.press("Enter")
    expect(page.locator(".page > header .badge")).to_have_text("Completed")
    assert served.api.get(f"/flow_runs/{id}").json()["state"]["message"] == "Done elsewhere"


def test_a_deployment_is_run(window: Tab, served: Site) -> None:
    page = window.page
    window.open(f"/deployments/deployment/{seed.id_of('deployment train')}/run")
    _tab_to(page, "main input")
    page.get_by_label("Name of the run").focus()
    page.keyboard.type("typed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/flow-run/*")
    id = page.url.rpartition("/")[2]
    assert served.api.get(f"/flow_runs/{id}").json()["name"] == "typed"


def test_a_variable_is_made_and_the_dialog_gives_the_focus_back(window: Tab, served: Site) -> None:
    page = window.page
    window.open("/variables")
    expect(page.get_by_role("heading", level=1)).to_have_text("Variables")
    _tab_to(page, "main header button")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Add variable"
    page.keyboard.press("Enter")
    _tab_to(page, "dialog input")
    page.keyboard.type("typed")
    _tab_to(page, "dialog textarea")
    page.keyboard.type("[1]")
    _tab_to(page, "dialog button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="typed")).to_be_visible()
    assert served.api.get("/variables/name/typed").json()["value"] == [1]


def test_tabs_of_a_page_are_gone_through_with_arrows(window: Tab) -> None:
    page = window.page
    window.open(f"/runs/flow-run/{seed.FAILED}")
    _tab_to(page, "[aria-label='About this run'] [role=tab]")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**tab=Task*")
    expect(page.get_by_role("tabpanel", name="Task Runs")).to_be_visible()


def test_keys_are_listed(window: Tab) -> None:
    page = window.page
    window.open("/flows")
    expect(page.get_by_role("heading", level=1)).to_have_text("Flows")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
