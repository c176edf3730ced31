"""Each page opens by its address, at little cost, for everybody, in both themes and on every screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import seed
from tests.browser.conftest import AXE, Seed, Site, Tab, tab

RUN = f"/runs/flow-run/{seed.FAILED}"
DEPLOYMENT = f"/deployments/deployment/{seed.id_of('deployment etl')}"
POOL = "/work-pools/work-pool/laptop"
# name: address, heading, and how many requests it may make until all of it stands if those are more than two
PAGES: dict[str, tuple[str, str | re.Pattern[str], int]] = {
    "dashboard": ("/dashboard", "Dashboard", 2),
    "runs": ("/runs", "Runs", 2),
    "task runs": ("/runs?tab=task-runs", "Runs", 2),
    "flow run": (RUN, "failed", 4),
    "selected": (f"{RUN}?node={seed.id_of('failed task 5')}", "failed", 4),
    "table of parts": (f"{RUN}?tab=Details&view=table", "failed", 4),
    "parts in a grid": (f"{RUN}?tab=TaskRuns&view=dag", "failed", 4),
    "parts by duration": (f"{RUN}?tab=SubflowRuns&view=duration", "failed", 4),
    "artifacts of a run": (f"{RUN}?tab=Artifacts", "failed", 4),
    "events of a run": (f"{RUN}?tab=Events", "failed", 4),
    "running run": (f"/runs/flow-run/{seed.RUNNING}?tab=Parameters", "running", 4),
    "waiting run": (f"/runs/flow-run/{seed.LATE}?tab=JobVariables", "late", 4),
    "paused run": (f"/runs/flow-run/{seed.PAUSED}", "paused", 4),
    "odd log": ("", "odd", 4),
    "large parameters": ("", "large", 4),
    "task run": (f"/runs/task-run/{seed.id_of('failed task 23')}", "load-23", 4),
    "flows": ("/flows", "Flows", 2),
    "flow": (f"/flows/flow/{seed.id_of('etl')}", "etl", 4),
    "search": ("/search?q=etl", re.compile("Search"), 2),
    "deployments": ("/deployments", "Deployments", 2),
    "deployment": (DEPLOYMENT, "etl-nightly", 4),
    "deployment edited": (f"{DEPLOYMENT}/edit", "Edit", 4),
    "deployment doubled": (f"{DEPLOYMENT}/duplicate", "Duplicate", 4),
    "run form": (f"{DEPLOYMENT}/run", re.compile("Run"), 4),
    "strange form": ("", re.compile("Run"), 4),
    "work pools": ("/work-pools", "Work pools", 2),
    "new work pool": ("/work-pools/create", "Create", 2),
    "work pool": (POOL, "laptop", 4),
    "work pool's queues": (f"{POOL}?tab=Work+Queues", "laptop", 4),
    "work pool's workers": (f"{POOL}?tab=Workers", "laptop", 4),
    "work pool edited": (f"{POOL}/edit", "Edit", 2),
    "new queue": (f"{POOL}/queue/create", re.compile("queue"), 2),
    "queue": (f"{POOL}/queue/express", "express", 4),
    "queue edited": (f"{POOL}/queue/express/edit", re.compile("express"), 2),
    "blocks": ("/blocks", "Blocks", 2),
    "catalog": ("/blocks/catalog", re.compile("blocks|Blocks|Catalog"), 2),
    "block type": ("/blocks/catalog/secret", re.compile("Secret"), 2),
    "new block": ("/blocks/catalog/secret/create", re.compile("Secret"), 2),
    "block": ("", "token", 2),
    "block form": ("", re.compile("token"), 3),
    "variables": ("/variables", "Variables", 2),
    "variable": ("/variables?edit=region", "Variables", 2),
    "automations": ("/automations", "Automations", 2),
    "new automation": ("/automations/create", "Add", 2),
    "automation": ("", "Stop what fails", 4),
    "automation form": ("", "Stop what fails", 3),
    "events": ("/events", re.compile("Event"), 3),
    "event": ("", "Orders lost", 2),
    "limits": ("/concurrency-limits", "Concurrency", 2),
    "limits of task runs": ("/concurrency-limits?tab=task-run", "Concurrency", 2),
    "limit": ("", "warehouse", 2),
    "artifacts": ("/artifacts", "Artifacts", 2),
    "versions": ("", "cities", 2),
    "table": ("", "table", 2),
    "artifact progress": ("", "progress", 2),
    "artifact image": ("", "image", 2),
    "artifact result": ("", "result", 2),
    "settings": ("/settings", "Settings", 3),
    "compare": (f"/compare?runs={seed.FAILED},{seed.id_of('past-1')}", "Compare", 2),
    "schedule": ("/schedule", "Schedule", 2),
    "login": ("/login", "Sign in", 2),
}
MOST_REQUESTS = 2
FIRST_PAGE_BYTES = 120_000
ALL_BYTES = 300_000
FILES_BYTES = 2_000_000
SERIOUS = {"serious", "critical"}
NARROW = {"width": 380, "height": 800}
WIDE = {"width": 1280, "height": 900}
# notes how many requests had begun when the heading stood, and when nothing was waited for any more
WATCH = """
const count = () => performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes('/api/') && !name.includes('/ui/stream')).length;
window.seen = {};
new MutationObserver(() => {
  const heading = document.querySelector('main h1');
  if (heading && window.seen.heading === undefined) window.seen.heading = count();
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, served: Site) -> Iterator[Tab]:
    with tab(browser, served.root, color_scheme=request.param) as found:
        found.page.add_init_script(WATCH)
        yield found


def settled(page: Page) -> None:
    """Nothing of the page is waited for any more."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def _serious(page: Page) -> list[Any]:
    """What keeps people from using the page."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (each["id"], [node["html"][:160] + node["failureSummary"][:300] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_there_at_little_cost_and_for_everybody(themed: Tab, seeded: Seed, name: str) -> None:
    path, heading, most = PAGES[name]
    page = themed.page
    page.set_viewport_size(WIDE)
    themed.open(path or seeded.pages[name])
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    settled(page)
    asked = themed.asked()
    assert page.evaluate("window.seen.heading") <= MOST_REQUESTS, asked
    assert len(asked) <= most, asked
    assert _serious(page) == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    themed.check()


def test_every_page_is_looked_at() -> None:
    source = (Path(__file__).parents[2] / "ui" / "src" / "app.tsx").read_text()
    patterns = re.findall(r'\["(/[^"]*)", page\(', source)
    assert len(patterns) > 40
    paths = {path.partition("?")[0] for path, _, _ in PAGES.values() if path}
    elsewhere = {"/blocks/block/:id", "/blocks/block/:id/edit", "/work-queues/work-queue/:id"}
    elsewhere |= {
        "/automations/automation/:id",
        "/automations/automation/:id/edit",
        "/events/event/:date/:id",
    }
    elsewhere |= {
        "/artifacts/key/:key",
        "/artifacts/artifact/:id",
        "/concurrency-limits/concurrency-limit/:id",
    }

    def is_opened(pattern: str) -> bool:
        fits = re.compile(re.sub(r":\w+", "[^/]+", pattern))
        return any(fits.fullmatch(path) for path in paths)

    assert [each for each in patterns if each not in elsewhere and not is_opened(each)] == []


UNKNOWN = (
    f"/runs/flow-run/{seed.id_of('nothing')}",
    "/runs/flow-run/no-id",
    f"/runs/task-run/{seed.id_of('nothing')}",
    f"/flows/flow/{seed.id_of('nothing')}",
    f"/deployments/deployment/{seed.id_of('nothing')}",
    f"/deployments/deployment/{seed.id_of('nothing')}/run",
    f"/deployments/deployment/{seed.id_of('nothing')}/edit",
    "/work-pools/work-pool/nothing",
    "/work-pools/work-pool/nothing/edit",
    "/work-pools/work-pool/laptop/queue/nothing",
    f"/work-queues/work-queue/{seed.id_of('nothing')}",
    "/blocks/catalog/nothing",
    "/blocks/catalog/nothing/create",
    f"/blocks/block/{seed.id_of('nothing')}",
    f"/automations/automation/{seed.id_of('nothing')}",
    f"/concurrency-limits/concurrency-limit/{seed.id_of('nothing')}",
    "/artifacts/key/nothing",
    f"/artifacts/artifact/{seed.id_of('nothing')}",
    f"/events/event/2026-01-01/{seed.id_of('nothing')}",
    "/nothing/here",
)


def test_what_is_not_there_is_said_to_be_not_there(window: Tab) -> None:
    window.expected += ["404", "422"]
    wrong: list[str] = []
    for path in UNKNOWN:
        window.open(path)
        window.page.locator("main h1").wait_for()
        settled(window.page)
        heading = window.page.locator("main h1").inner_text()
        if not heading.startswith("There is no such"):
            wrong.append(f"{path}: {heading}")
    assert wrong == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/", "/dashboard"),
        (f"/flow-runs/flow-run/{seed.FAILED}", RUN),
        (f"/v2/runs/flow-run/{seed.FAILED}", RUN),
        (f"/work-queues/work-queue/{seed.id_of('queue')}", f"{POOL}/queue/default"),
        (f"/work-pools/work-pool/{seed.id_of('pool')}", POOL),
        (f"{POOL}/worker/{seed.id_of('nothing')}", f"{POOL}?tab=Workers"),
    ],
)
def test_addresses_of_before_lead_on(window: Tab, old: str, new: str) -> None:
    window.open(old)
    window.page.wait_for_url(f"**{new}")


def test_what_is_loaded_is_small(static: Path) -> None:
    index = (static / "index.html").read_text()
    wanted = re.findall(r'(?:src|href)="\./(assets/[^"]+\.(?:js|css))"', index)
    assert wanted
    sizes = {name: (static / f"{name}.br").stat().st_size for name in wanted}
    assert sum(sizes.values()) <= FIRST_PAGE_BYTES, sizes
    every = [path for path in (static / "assets").iterdir() if path.suffix == ".br"]
    assert sum(path.stat().st_size for path in every) <= ALL_BYTES
    assert sum(path.stat().st_size for path in static.rglob("*") if path.is_file()) <= FILES_BYTES
