"""Each page: opens by its address, is there soon and at little cost, for everybody and on every screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import seed
from tests.browser.conftest import AXE, Site, Tab, tab

# address, heading
PAGES = {
    "dashboard": ("/dashboard", "Dashboard"),
    "runs": ("/runs", "Runs"),
    "task runs": ("/runs?tab=task-runs", "Runs"),
    "flow run": (f"/runs/flow-run/{seed.FAILED}", "failed"),
    "selected": (f"/runs/flow-run/{seed.FAILED}?node={seed.id_of('failed task 5')}", "failed"),
    "details": (f"/runs/flow-run/{seed.FAILED}?tab=Details&view=table", "failed"),
    "waiting run": (f"/runs/flow-run/{seed.LATE}", "late"),
    "task run": (f"/runs/task-run/{seed.id_of('failed task 23')}", "load-23"),
    "flows": ("/flows", "Flows"),
    "flow": (f"/flows/flow/{seed.id_of('etl')}", "etl"),
    "settings": ("/settings", "Settings"),
    "compare": (f"/compare?runs={seed.FAILED},{seed.id_of('past-1')}", "Compare"),
    "schedule": ("/schedule", "Schedule"),
    "login": ("/login", "Sign in"),
}
MOST_REQUESTS = 2
FIRST_PAGE_BYTES = 120_000
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, served: Site) -> Iterator[Tab]:
    with tab(browser, served.root, color_scheme=request.param) as found:
        yield found


def _settled(page: Any) -> None:
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_there_at_little_cost_and_for_everybody(themed: Tab, name: str) -> None:
    path, heading = PAGES[name]
    page = themed.page
    themed.open(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert len(themed.asked()) <= MOST_REQUESTS + ("/runs/" in path), themed.asked()
    _settled(page)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    bad = [
        (each["id"], [node["html"][:160] + node["failureSummary"][:300] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]
    assert bad == []


def test_a_narrow_screen_never_scrolls_sideways(browser: Browser, served: Site) -> None:
    with tab(browser, served.root, viewport={"width": 380, "height": 800}) as narrow:
        wide: list[str] = []
        for name, (path, heading) in PAGES.items():
            narrow.open(path)
            expect(narrow.page.get_by_role("heading", level=1)).to_have_text(heading)
            _settled(narrow.page)
            if narrow.page.evaluate("document.documentElement.scrollWidth") > 380:
                wide.append(name)
        assert wide == []


def test_what_is_not_there_is_said_to_be_not_there(window: Tab) -> None:
    window.expected.append("404")
    for path in (
        f"/runs/flow-run/{seed.id_of('nothing')}",
        f"/flows/flow/{seed.id_of('nothing')}",
        "/nothing/here",
    ):
        window.open(path)
        expect(window.page.get_by_role("heading", level=1)).to_contain_text("There is no such")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/", "/dashboard"),
        (f"/flow-runs/flow-run/{seed.FAILED}", f"/runs/flow-run/{seed.FAILED}"),
        (f"/v2/runs/flow-run/{seed.FAILED}", f"/runs/flow-run/{seed.FAILED}"),
    ],
)
def test_addresses_of_before_lead_on(window: Tab, old: str, new: str) -> None:
    window.open(old)
    window.page.wait_for_url(f"**{new}")


def test_the_first_page_is_small(static: Path) -> None:
    index = (static / "index.html").read_text()
    wanted = re.findall(r'(?:src|href)="\./(assets/[^"]+\.(?:js|css))"', index)
    assert wanted
    sizes = {name: (static / f"{name}.br").stat().st_size for name in wanted}
    assert sum(sizes.values()) <= FIRST_PAGE_BYTES, sizes
