"""A real browser, and a real server with a seeded store, for tests of the web UI."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser import more, seed

from prefect import settings
from prefect._api import serve
from prefect._api.website import BUILT
from prefect._store.sqlite.store import SqliteStore
from prefect._store.store import Store

# a minute of a processor a page: run on their own, by `make browser`
collect_ignore_glob = (
    [] if "browser" in os.environ.get("PREFECT_TEST_REQUIRE", "").split(",") else ["test_*.py"]
)
REPOSITORY = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-lcd-text",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RUNS = 120
# a machine that does other things, too, is slow
PATIENCE_MS = 15_000
AXE = REPOSITORY / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# a UI that was built somewhere else, for work on it
ELSEWHERE = "TEST_UI_DIRECTORY"


@pytest.fixture(scope="session")
def static() -> Path:
    """The built UI; it is built if there is none."""
    if elsewhere := os.environ.get(ELSEWHERE):
        return Path(elsewhere)
    if not (BUILT / "index.html").exists():
        subprocess.run([str(REPOSITORY / "tools" / "build-ui")], check=True, timeout=600)
    assert (BUILT / "index.html").exists(), "The web UI is not built: run `make ui`."
    return BUILT


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"There is no browser at {CHROMIUM}.")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


@dataclass
class Site:
    """A server with its UI; `api` asks it directly."""

    root: str
    api: httpx.Client


@contextmanager
def site(static: Path, store: Store, port: int = 0, **variables: str) -> Iterator[Site]:
    """A server of a store, which it closes; `variables` are of its environment while it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_UI_STATIC_DIRECTORY", str(static))
        for name, value in variables.items():
            patch.setenv(name, value)
        settings.refresh()
        listener = serve.listen("127.0.0.1", port)
        server = serve.make_server(store)
    settings.refresh()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    root = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=f"{root}/api", trust_env=False, timeout=30) as api:
            yield Site(root, api)
    finally:
        server.stop()
        thread.join(10)
        store.close()


@dataclass
class Seed:
    """A filled store to take copies of, and the addresses of pages that show something of it."""

    file: Path
    pages: dict[str, str]

    def copy(self, place: Path) -> Store:
        return SqliteStore(shutil.copy(self.file, place / "ui.db"))


@pytest.fixture(scope="session")
def seeded(static: Path, tmp_path_factory: pytest.TempPathFactory) -> Seed:
    file = tmp_path_factory.mktemp("seed") / "seed.db"
    store = SqliteStore(file)
    seed.fill(store, RUNS)
    with site(static, store) as first:
        pages = more.fill(first.api)
    return Seed(file, pages)


@pytest.fixture(scope="module")
def served(static: Path, seeded: Seed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(static, seeded.copy(tmp_path_factory.mktemp("served"))) as found:
        yield found


@dataclass
class Tab:
    """A page of the browser with what it asked for and complained about."""

    page: Page
    root: str
    requests: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])
    # parts of complaints that a test provokes
    expected: list[str] = field(default_factory=list[str])

    def open(self, path: str) -> None:
        self.requests.clear()
        self.page.goto(self.root + path)

    def asked(self) -> list[str]:
        """What was asked of the API since the page was opened, but for the stream."""
        found = [url.removeprefix(self.root) for url in self.requests]
        return [path for path in found if path.startswith("/api/") and "/ui/stream" not in path]

    def check(self) -> None:
        """Nothing left this machine, and the browser has nothing to complain about."""
        assert [url for url in self.requests if not url.startswith((self.root, "data:", "blob:"))] == []
        left = [text for text in self.errors if not any(part in text for part in self.expected)]
        assert left == []


@contextmanager
def tab(browser: Browser, root: str, **options: Any) -> Iterator[Tab]:
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    found = Tab(page, root)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
    try:
        yield found
        found.check()
    finally:
        context.close()


@pytest.fixture
def window(browser: Browser, served: Site) -> Iterator[Tab]:
    with tab(browser, served.root) as found:
        yield found
