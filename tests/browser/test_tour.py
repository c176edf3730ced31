"""The pictures of the tour in `docs/how-to/web-ui.md`, as the seeded store gives them.

`TEST_UI_PICTURES=docs/images/ui` makes them anew; else they go to a temporary folder and are only checked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Page, expect
from tests.browser import seed
from tests.browser.conftest import REPOSITORY, Seed, Site, Tab, tab
from tests.browser.test_pages import settled

PICTURES = REPOSITORY / "docs" / "images" / "ui"
TOUR = REPOSITORY / "docs" / "how-to" / "web-ui.md"
WANTED = "TEST_UI_PICTURES"
MOST_BYTES = 100_000
SIZE = {"width": 960, "height": 560}
# what is mostly text is shown without what is around it, so that its picture stays small
CLIPS: dict[str, FloatRect] = {"logs": {"x": 216, "y": 0, "width": 744, "height": 480}}
RUN = f"/runs/flow-run/{seed.FAILED}"
# picture: theme, address (of the seeded pages where it is none), and what shows that all of it stands
SHOTS = {
    "dashboard": ("light", "/dashboard", "Dashboard"),
    "runs": ("light", "/runs", "Runs"),
    "flow-run": ("light", RUN, "failed"),
    "timeline": ("dark", f"{RUN}?node={seed.id_of('failed task 5')}", "failed"),
    "logs": ("dark", f"{RUN}?level=30", "failed"),
    "waits": ("light", f"/runs/flow-run/{seed.LATE}", "late"),
    "deployment": ("light", f"/deployments/deployment/{seed.id_of('deployment report')}", "report-nightly"),
    "run-form": ("dark", "weekly form", "Run"),
    "automation": ("light", "automation", "Stop what fails"),
    "compare": ("dark", f"/compare?runs={seed.FAILED},{seed.id_of('past-1')}", "Compare"),
}


@pytest.fixture(scope="module", params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, served: Site) -> Iterator[tuple[str, Tab]]:
    with tab(browser, served.root, color_scheme=request.param, viewport=SIZE) as found:
        yield request.param, found


def _prepare(page: Page, name: str) -> None:
    """Bring into view what the picture is about."""
    if name in ("timeline", "flow-run"):
        page.locator(".timeline-canvas").wait_for()
    if name in ("logs", "timeline"):
        place = ".timeline-canvas" if name == "timeline" else "section[aria-label=Logs], [role=tabpanel]"
        page.locator(place).first.evaluate("each => each.scrollIntoView({ block: 'center' })")


def test_pictures_are_made(themed: tuple[str, Tab], seeded: Seed, tmp_path: Path) -> None:
    theme, window = themed
    place = Path(os.environ[WANTED]) if WANTED in os.environ else tmp_path
    place.mkdir(parents=True, exist_ok=True)
    for name, (wanted, path, heading) in SHOTS.items():
        if wanted != theme:
            continue
        window.open(path if path.startswith("/") else seeded.pages[path])
        expect(window.page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))
        settled(window.page)
        _prepare(window.page, name)
        window.page.evaluate("document.fonts.ready")
        file = place / f"{name}.png"
        window.page.screenshot(path=file, animations="disabled", clip=CLIPS.get(name))
        assert file.stat().st_size < MOST_BYTES, (name, file.stat().st_size)


def test_the_tour_shows_each_picture() -> None:
    shown = set(re.findall(r"\]\(\.\./images/ui/([a-z-]+)\.png\)", TOUR.read_text()))
    assert shown == set(SHOTS)
    kept = {path.stem: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert set(kept) == set(SHOTS)
    assert max(kept.values()) < MOST_BYTES
