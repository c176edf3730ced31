"""What is opened on pages, and pages that came later, are for everybody, too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import seed
from tests.browser.conftest import AXE, Site, tab

RUN = f"/runs/flow-run/{seed.FAILED}"
RUNS = f"runs={seed.FAILED},{seed.RUNNING}"


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search everything").fill("run")


def _select(page: Page) -> None:
    page.get_by_role("checkbox", name="Select all that are shown").check()


def _columns(page: Page) -> None:
    page.get_by_role("button", name="Columns of Flow runs").click()


def _more(page: Page) -> None:
    page.get_by_role("button", name="More filters: 0 chosen").click()


def _test(page: Page) -> None:
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.get_by_text("since").first).to_be_visible()


def _nothing(page: Page) -> None:
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


STATES = {
    "search": ("/search?q=l", _nothing),
    "palette": ("/flows", _palette),
    "selected deployments": ("/deployments", _select),
    "selected runs": ("/runs", _select),
    "columns": ("/runs", _columns),
    "more filters": ("/runs", _more),
    "log with context": (f"{RUN}?log-search=9911&log-context=5", _nothing),
    "all lines": (f"{RUN}?log-search=rows&log-context=all", _nothing),
    "result": (f"{RUN}?tab=Result", _nothing),
    "timelines": (f"/compare?{RUNS}&tab=Timelines", _nothing),
    "difference of logs": (f"/compare?{RUNS}&tab=Logs", _nothing),
    "settings": ("/settings?changed=true", _nothing),
    "trigger that is tried": ("/automations/create", _test),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_opened_is_for_everybody(browser: Browser, served: Site, theme: str) -> None:
    found: list[tuple[str, str, str]] = []
    with tab(browser, served.root, color_scheme=theme, bypass_csp=True) as window:
        for name, (path, prepare) in STATES.items():
            window.open(path)
            expect(window.page.locator("h1")).to_be_visible()
            prepare(window.page)
            window.page.evaluate(AXE.read_text())
            told = window.page.evaluate("axe.run({resultTypes: ['violations']})")
            found += [
                (name, each["id"], each["nodes"][0]["html"][:300])
                for each in told["violations"]
                if each["impact"] in {"serious", "critical"}
            ]
    assert found == []


@pytest.mark.parametrize("colours", ["usual", "distinct"])
def test_narrow_pages_do_not_scroll_sideways(browser: Browser, served: Site, colours: str) -> None:
    size = {"width": 380, "height": 800}
    wide: list[str] = []
    with tab(browser, served.root, viewport=size) as window:
        window.page.add_init_script(
            f'localStorage.setItem(\'preferences\', \'{{"colours": "{colours}", "density": "compact"}}\')'
        )
        for name, (path, prepare) in STATES.items():
            window.open(path)
            expect(window.page.locator("h1")).to_be_visible()
            prepare(window.page)
            if window.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(name)
    assert wide == []
