"""Timelines of large runs: little of them is drawn at a time. `benchmarks/ui.py` measures how soon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import seed
from tests.browser.conftest import Site, site, tab

from prefect._store.sqlite.store import TemporaryStore

NODES = 10_000
MOST_ELEMENTS = 1_500
FRAMES = 20
PATH = f"/runs/flow-run/{seed.HUGE}"
# counts what is drawn in each frame while the picture is dragged to and fro
PAN = """async (frames) => {
  const canvas = document.querySelector('.timeline-canvas');
  const box = canvas.getBoundingClientRect();
  const send = (name, x) => canvas.dispatchEvent(new PointerEvent(name, {
    bubbles: true, pointerId: 1, clientX: box.left + x, clientY: box.top + 100,
  }));
  canvas.setPointerCapture = () => undefined;
  let drawn = 0;
  for (const name of ['fillRect', 'fill', 'stroke', 'fillText']) {
    const own = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...all) { drawn++; return own.apply(this, all); };
  }
  send('pointerdown', 300);
  for (let frame = 0; frame < frames; frame++) {
    send('pointermove', 300 + 100 * Math.sin(frame / 3));
    await new Promise(requestAnimationFrame);
  }
  send('pointerup', 300);
  return drawn / frames;
}"""


@pytest.fixture(scope="module")
def large(static: Path) -> Iterator[Site]:
    store = TemporaryStore()
    seed.fill(store, 5, NODES)
    with site(static, store) as found:
        yield found


def test_ten_thousand_nodes_are_drawn_as_what_can_be_seen_of_them(browser: Browser, large: Site) -> None:
    with tab(browser, large.root) as window:
        page = window.page
        window.open(PATH)
        page.locator(".timeline-canvas").wait_for()
        expect(page.get_by_text("10,000 parts")).to_be_visible()
        assert page.evaluate("document.querySelectorAll('*').length") < MOST_ELEMENTS
        assert 0 < page.evaluate(PAN, FRAMES) < NODES / 2
        assert len([path for path in window.asked() if path.endswith("/timeline")]) == 1


def test_a_timeline_is_worked_with_keys_and_has_a_table(browser: Browser, large: Site) -> None:
    with tab(browser, large.root) as window:
        page = window.page
        window.open(PATH)
        page.locator(".timeline-canvas").focus()
        page.keyboard.press("j")
        page.wait_for_url("**node=*")
        expect(page.get_by_role("complementary", name="Selected part")).to_contain_text("extract-0")
        page.keyboard.press("Escape")
        expect(page.get_by_role("complementary", name="Selected part")).to_be_hidden()
        page.get_by_role("button", name="Table", exact=True).click()
        grid = page.get_by_role("grid", name="Parts of the run")
        expect(grid.get_by_role("link", name="extract-0", exact=True)).to_be_visible()
        page.get_by_role("searchbox", name="Find parts by name").fill("load-9999")
        expect(page.get_by_text("1 found")).to_be_visible()
