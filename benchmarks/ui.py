"""The web UI in a real browser against its budgets: content, requests, movement, memory, idle tabs.

    python benchmarks/ui.py [--loads 5] [--idle 60] [--only TEXT] [--large 100000] [--results PAGE]

Needs the built UI (`make ui`) and Chromium, which draws in software here: frames are slower than on a
desk. Figures mean something on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import big_data_rows
import ui_browser
from big_data_rows import Maker, Size
from kills import machine, median, write_section
from playwright.sync_api import Browser
from serving import Caller, Server

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser import seed

from prefect._api.website import BUILT
from prefect._store.sqlite.store import SqliteStore

SMALL = Size(10_000, 5, 5)
NODES, MANY = 10_000, 100_000
CHANGES = 20
ROUND = (
    "/dashboard",
    "/runs",
    "/flows",
    "/deployments",
    "/work-pools",
    "/variables",
    "/artifacts",
    "/blocks",
)
ROUNDS = 6
TICKS = os.sysconf("SC_CLK_TCK")
BADGE = ".page > header .badge"


class Figure(NamedTuple):
    """One measure, its bound, and whether larger is better."""

    what: str
    unit: str
    value: float
    bound: float
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.bound if self.is_floor else self.value <= self.bound

    def row(self) -> str:
        sign = ">=" if self.is_floor else "<="
        met = "yes" if self.is_met else "**no**"
        return f"| {self.what} | {sign} {self.bound:g} {self.unit} | {self.value:.3g} {self.unit} | {met} |"


Measure = Callable[[Browser, str, "Options"], Iterator[Figure]]


class Options(NamedTuple):
    loads: int
    idle_s: float
    ui: Path


def contents(
    opened: Browser, root: str, options: Options, run_id: str, bound_s: float, size: str
) -> Iterator[Figure]:
    """How soon pages stand, each time with an empty cache."""
    pages = {"dashboard": "/dashboard", "runs": "/runs", "flow run": f"/runs/flow-run/{run_id}"}
    for name, path in pages.items():
        took: list[float] = []
        asked = 0
        for _ in range(options.loads):
            with ui_browser.fresh(opened) as page:
                took.append(ui_browser.open_ms(page, root + path) / 1e3)
                asked = max(asked, ui_browser.is_asked(page))
        yield Figure(f"{name}, {size}: content", "s", median(took), bound_s)
        yield Figure(f"{name}, {size}: requests until all stands", "", asked, 4 if name == "flow run" else 2)
    with ui_browser.fresh(opened) as page:
        ui_browser.open_ms(page, f"{root}/runs")
        moved = [ui_browser.move(page, "scroll") for _ in range(3)]
        best = min(moved, key=lambda each: each["median"])
        yield Figure(f"runs, {size}: frames a second while it scrolls", "", 1e3 / best["median"], 50, True)
        yield Figure(
            f"runs, {size}: longest task while it scrolls", "ms", min(each["task"] for each in moved), 100
        )


def walking(opened: Browser, root: str) -> Iterator[Figure]:
    """What a tab holds after many pages."""
    with ui_browser.fresh(opened) as page:
        ui_browser.open_ms(page, f"{root}/dashboard")
        held: list[float] = []
        for _ in range(ROUNDS):
            for path in ROUND:
                page.evaluate("path => history.pushState(null, '', path)", path)
                page.wait_for_function("!document.querySelector('main [aria-busy=true]')")
            held.append(ui_browser.heap_mb(page))
        yield Figure(f"heap after {ROUNDS * len(ROUND)} pages", "MB", held[-1], 80)
        yield Figure("growth of the heap over the last half of them", "MB", held[-1] - held[ROUNDS // 2], 3)


def timelines(opened: Browser, root: str, options: Options) -> Iterator[Figure]:
    """Large runs: how soon they stand, how they move, what they hold."""
    for name, count in (("huge", NODES), ("vast", MANY)):
        path = f"{root}/runs/flow-run/{seed.id_of(name)}"
        took: list[float] = []
        for _ in range(options.loads):
            with ui_browser.fresh(opened) as page:
                began_s = time.perf_counter()
                page.goto(path)
                page.get_by_text(f"{count:,} parts").wait_for()
                took.append(time.perf_counter() - began_s)
        yield Figure(f"timeline of {count:,} nodes: opened", "s", median(took), 3 if count == MANY else 1)
        with ui_browser.fresh(opened) as page:
            page.goto(path)
            page.get_by_text(f"{count:,} parts").wait_for()
            for zoom in ("whole", "near"):
                moved = [ui_browser.move(page, "pan") for _ in range(3)]
                rate = 1e3 / min(each["median"] for each in moved)
                yield Figure(f"timeline of {count:,} nodes, {zoom}: frames a second", "", rate, 50, True)
                for _ in range(5):
                    page.get_by_role("button", name="Nearer").click()
            yield Figure(f"timeline of {count:,} nodes: heap", "MB", ui_browser.heap_mb(page), 200)


def live(opened: Browser, server: Server) -> Iterator[Figure]:
    """From a change of state to the page."""
    with closing(Caller(server.url)) as caller, ui_browser.fresh(opened) as page:
        body = {"flow_id": seed.id_of("cleanup"), "name": "watched", "state": {"type": "PENDING"}}
        id = caller.expect("POST", "/flow_runs/", body)["id"]
        with page.expect_response(lambda answer: answer.url.endswith("/topics")):
            page.goto(f"{server.url.removesuffix('/api')}/runs/flow-run/{id}")
        page.locator(BADGE).wait_for()
        took: list[float] = []
        for number in range(CHANGES):
            name = f"Step{number}"
            state = {"state": {"type": "RUNNING", "name": name}, "force": True}

            def change(state: object = state) -> None:
                caller.expect("POST", f"/flow_runs/{id}/set_state", state)

            took.append(ui_browser.came_ms(page, BADGE, name, change))
        took.sort()
        yield Figure("change of state to the page, p95", "ms", took[round(len(took) * 0.95) - 1], 300)


def cpu_s(server: Server) -> float:
    """Seconds of a processor that a server has taken."""
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def idle(opened: Browser, server: Server, options: Options) -> Iterator[Figure]:
    """What tabs that nobody touches cost the server, beyond what it does by itself."""
    root = server.url.removesuffix("/api")

    def a_minute(seconds: float) -> float:
        began_s = cpu_s(server)
        time.sleep(seconds)
        return (cpu_s(server) - began_s) * 60 / seconds

    alone = a_minute(options.idle_s)
    for name, path in (
        ("dashboard", "/dashboard"),
        ("runs", "/runs"),
        ("running run", f"/runs/flow-run/{seed.RUNNING}"),
    ):
        with ui_browser.fresh(opened) as page:
            ui_browser.open_ms(page, root + path)
            page.get_by_text("Live", exact=True).wait_for()
            page.wait_for_timeout(2_000)
            cost = a_minute(options.idle_s) - alone
        yield Figure(f"idle tab, {name}: processor of the server a minute", "s", max(0.0, cost), 0.1)
    yield Figure("the server without a tab a minute, for comparison", "s", alone, 60)


def all_figures(folder: Path, options: Options, only: str, large: int) -> Iterator[Figure]:
    """Every figure, each on the server that it needs."""

    def is_wanted(*words: str) -> bool:
        return not only or any(only in word for word in words)

    with ExitStack() as stack:
        opened = stack.enter_context(ui_browser.browser())

        def served(name: str) -> Server:
            server = Server(
                folder / name,
                with_ui=True,
                PREFECT_UI_STATIC_DIRECTORY=str(options.ui),
                PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED="false",
            )
            stack.callback(server.end)
            server.start()
            return server

        if is_wanted("content", "memory"):
            for size, bound_s in ((SMALL, 1.0), (Size(large, 10, 5), 1.5)):
                home = folder / f"runs-{size.flow_runs}"
                home.mkdir()
                maker = Maker(size)
                big_data_rows.into_sqlite(home / "orchestrator.db", maker)
                server = served(home.name)
                root = server.url.removesuffix("/api")
                run_id, _, _ = maker.run(size.flow_runs // 2)
                if is_wanted("content"):
                    yield from contents(
                        opened, root, options, run_id, bound_s, f"{size.task_runs:,} task runs"
                    )
                if is_wanted("memory") and size is SMALL:
                    yield from walking(opened, root)
                server.end()
        if is_wanted("timeline", "live", "idle"):
            (folder / "seeded").mkdir()
            store = SqliteStore(folder / "seeded" / "orchestrator.db")
            seed.fill(store, 400, NODES)
            if is_wanted("timeline"):
                seed.add_huge(store, "vast", MANY)
            store.close()
            server = served("seeded")
            if is_wanted("timeline"):
                yield from timelines(opened, server.url.removesuffix("/api"), options)
            if is_wanted("live"):
                yield from live(opened, server)
            if is_wanted("idle"):
                yield from idle(opened, server, options)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="The web UI against its budgets.")
    parser.add_argument("--loads", type=int, default=5, help="how often each page is opened")
    parser.add_argument("--idle", type=float, default=60, help="seconds that tabs are left alone")
    parser.add_argument("--only", default="", help="content, memory, timeline, live or idle")
    parser.add_argument(
        "--large", type=int, default=100_000, help="flow runs of the large database, of ten tasks each"
    )
    parser.add_argument("--ui", type=Path, default=BUILT, help="the folder of the built UI")
    parser.add_argument("--results", type=Path, help="the page that gets the figures")
    options = parser.parse_args(arguments)
    head = "| what | bound | measured | met |\n| --- | --- | --- | --- |"
    print(head, flush=True)
    rows: list[str] = []
    is_met = True
    with tempfile.TemporaryDirectory(prefix="ui-") as folder:
        how = Options(options.loads, options.idle, options.ui.absolute())
        for figure in all_figures(Path(folder), how, options.only, options.large):
            rows.append(figure.row())
            is_met = is_met and figure.is_met
            print(rows[-1], flush=True)
    if options.results:
        heading = f"{machine()}; {time.strftime('%Y-%m-%d')}; load of the machine {os.getloadavg()[0]:.1f}"
        note = "Chromium without a graphics card: what it draws, it draws in software."
        write_section(options.results, "The web UI", "\n".join((f"{heading}. {note}", "", head, *rows)))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
