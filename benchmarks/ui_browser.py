"""What a real browser says of the web UI: when content is there, how smoothly it moves, what it keeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEADLINE_MS = 60_000
FRAMES = 90
MB = 1e6
# notes when the heading stands and nothing of the page is waited for
WATCH = """
window.there = null;
const look = () => {
  const stands = document.querySelector('main h1') && !document.querySelector('main [aria-busy=true]');
  if (window.there === null && stands) window.there = performance.now();
};
new MutationObserver(look).observe(document, {
  subtree: true, childList: true, attributes: true, attributeFilter: ['aria-busy'],
});
"""
# does something in each of so many frames; the time of each in milliseconds, and the longest task
MOVE = """async ({ frames, what }) => {
  const canvas = document.querySelector('.timeline-canvas');
  const box = canvas?.getBoundingClientRect();
  const send = (name, x) => canvas.dispatchEvent(new PointerEvent(name, {
    bubbles: true, pointerId: 1, clientX: box.left + x, clientY: box.top + 100,
  }));
  if (canvas) canvas.setPointerCapture = () => undefined;
  const tasks = [];
  const took = (list) => list.getEntries().map((each) => each.duration);
  const observer = new PerformanceObserver((list) => tasks.push(...took(list)));
  observer.observe({ type: 'longtask' });
  if (what === 'pan') send('pointerdown', 300);
  const times = [];
  let before = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    if (what === 'pan') send('pointermove', 300 + 100 * Math.sin(frame / 6));
    else scrollBy(0, 40);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  if (what === 'pan') send('pointerup', 300);
  observer.disconnect();
  times.sort((one, other) => one - other);
  return { median: times[Math.floor(frames / 2)], worst: times[frames - 1], task: Math.max(0, ...tasks) };
}"""
# when a text came to stand in a place, on the clock of the machine
CAME = """({ place, text }) => new Promise((resolve) => {
  const look = () => document.querySelector(place)?.textContent.trim() === text && resolve(Date.now());
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
})"""


@contextmanager
def browser() -> Iterator[Browser]:
    """The Chromium of the system, without a screen."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@contextmanager
def fresh(opened: Browser) -> Iterator[Page]:
    """A page with an empty cache."""
    # the policy of the page allows no code from text, which is how it is asked from here
    context = opened.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(DEADLINE_MS)
    page.add_init_script(WATCH)
    yield page
    context.close()


def open_ms(page: Page, url: str) -> float:
    """Open an address; milliseconds until its content is there."""
    page.goto(url)
    page.wait_for_function("window.there !== null")
    return page.evaluate("window.there")


def is_asked(page: Page) -> int:
    """How many requests to the API the page has made, but for its stream."""
    return page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(({ name }) => name.includes('/api/') && !name.includes('/ui/stream')).length"
    )


def move(page: Page, what: str) -> dict[str, float]:
    """`pan` a timeline or `scroll` the page, frame by frame."""
    return page.evaluate(MOVE, {"frames": FRAMES, "what": what})


def heap_mb(page: Page) -> float:
    """What the page holds once what is not needed was collected; array buffers count."""
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = client.send("Runtime.getHeapUsage")
    client.detach()
    return (used["usedSize"] + used.get("backingStorageSize", 0)) / MB


def came_ms(page: Page, place: str, text: str, do: Any) -> float:
    """Milliseconds from the moment that `do` returned until the text stood there."""
    page.evaluate(
        "([script, given]) => { window.came = (0, eval)(script)(given); }",
        [CAME, {"place": place, "text": text}],
    )
    do()
    began_ms = time.time() * 1e3
    return page.evaluate("window.came") - began_ms
