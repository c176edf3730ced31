"""What the reader chooses for this browser, and what the page of settings tells of the server."""

from __future__ import annotations

from playwright.sync_api import expect
from tests.browser.conftest import Tab


def test_settings_are_told_with_their_source(window: Tab) -> None:
    window.open("/settings")
    page = window.page
    settings = page.get_by_role("region", name="Settings of the server")
    page.get_by_label("Search settings").fill("PREFECT_TASKS_DEFAULT_RETRIES")
    row = settings.get_by_role("row").filter(has_text="tasks.default_retries")
    expect(row).to_contain_text("default")
    assert "search=PREFECT_TASKS" in page.url
    expect(page.get_by_role("region", name="Server", exact=True)).to_contain_text("SQLite")
    page.get_by_label("Search settings").fill("no such setting")
    expect(settings.get_by_text("No setting fits.")).to_be_visible()


def test_colours_and_density_are_kept(window: Tab) -> None:
    window.open("/settings")
    page = window.page
    page.get_by_label("For people who see few colours").check()
    page.get_by_label("Compact").check()
    window.open("/runs?flow-run-search=failed")
    row = page.get_by_role("row").filter(has_text="failed")
    expect(row).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.colours") == "distinct"
    box = row.bounding_box()
    assert box is not None
    assert box["height"] == 32


def test_columns_of_a_list_are_chosen_and_kept(window: Tab) -> None:
    window.open("/runs")
    page = window.page
    heads = page.get_by_role("columnheader")
    expect(heads.filter(has_text="Duration")).to_be_visible()
    expect(heads.filter(has_text="Pool")).to_have_count(0)
    page.get_by_role("button", name="Columns of Flow runs").click()
    page.get_by_label("Pool", exact=True).check()
    page.get_by_label("Duration", exact=True).uncheck()
    page.reload()
    expect(heads.filter(has_text="Pool")).to_be_visible()
    expect(heads.filter(has_text="Duration")).to_have_count(0)
    page.get_by_role("button", name="Columns of Flow runs").click()
    page.get_by_role("button", name="As there is room").click()
    expect(heads.filter(has_text="Duration")).to_be_visible()


def test_the_chosen_columns_do_not_widen_a_narrow_page(window: Tab) -> None:
    window.page.set_viewport_size({"width": 380, "height": 800})
    window.open("/runs?flow-run-search=past")
    page = window.page
    page.get_by_role("button", name="Columns of Flow runs").click()
    for name in ("Start", "Duration", "Tasks", "Deployment"):
        page.get_by_label(name, exact=True).check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader").filter(has_text="Tasks")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
