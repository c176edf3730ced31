"""A server on a large database: hot paths compared with an empty one, and how long lists and counts take.

    python benchmarks/big_data.py [--scale 1.0] [--postgres] [--database FILE] [--results PAGE]

Scale 1 is 1 M task runs, 100 k flow runs and 5 M lines of log over 30 days. `--database` keeps the file, and
uses the one that is there. The two servers take turns, so that the machine treats both alike.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import big_data_rows
from big_data_pages import Page, pages
from big_data_rows import Maker, Size
from kills import machine, median, write_section
from serving import Caller, Server, environment, postgres

FULL = 100_000
TURNS = 5
TURN_S = 2.0
CALLERS = 4
CALLS = 30
SLOWER, P95_MS = 0.20, 100.0
TASKS = 400
FLOW = f"""
import time
from prefect import flow, task

@task
def step(n):
    return n

@flow
def it():
    step(0)
    began = time.perf_counter()
    for n in range({TASKS}):
        step(n)
    print((time.perf_counter() - began) / {TASKS} * 1e6)

it()
it()
"""

Job = Callable[[Caller], int]


# -- hot paths -----------------------------------------------------------------------------------------------


def creating(flow_id: str) -> Job:
    def job(caller: Caller) -> int:
        caller.expect("POST", "/flow_runs/", {"flow_id": flow_id, "state": {"type": "PENDING"}})
        return 1

    return job


def living(flow_id: str) -> Job:
    def job(caller: Caller) -> int:
        body = {"flow_id": flow_id, "state": {"type": "PENDING"}}
        run_id = caller.expect("POST", "/flow_runs/", body)["id"]
        for type_ in ("RUNNING", "COMPLETED"):
            caller.expect("POST", f"/flow_runs/{run_id}/set_state", {"state": {"type": type_}})
        return 1

    return job


def logging(flow_id: str) -> Job:
    run_id = str(uuid4())

    def job(caller: Caller) -> int:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line = {"timestamp": at, "level": 20, "name": "bench", "message": "a line", "flow_run_id": run_id}
        caller.expect("POST", "/logs/", [line] * 100)
        return 100

    return job


def reading(flow_id: str) -> Job:
    def job(caller: Caller) -> int:
        caller.expect("POST", "/flow_runs/filter", {"limit": 50, "sort": "START_TIME_DESC"})
        return 1

    return job


HOT = {
    "runs created": creating,
    "lives of runs": living,
    "lines of log": logging,
    "lists of 50 runs": reading,
}


def rate(url: str, make: Callable[[str], Job]) -> float:
    """How many a second some callers bring about."""
    with closing(Caller(url)) as first:
        job = make(first.expect("POST", "/flows/", {"name": "bench"})["id"])
    counts = [0] * CALLERS
    until_s = time.monotonic() + TURN_S

    def work(place: int) -> None:
        caller = Caller(url)
        while time.monotonic() < until_s:
            counts[place] += job(caller)
        caller.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / TURN_S


def task_us(server: Server, folder: Path) -> float:
    """Microseconds of a task in a flow, the second flow of a process."""
    program = folder / "flow.py"
    program.write_text(FLOW)
    done = subprocess.run(
        [sys.executable, str(program)],
        env=environment(folder / "client", PREFECT_API_URL=server.url),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return float(done.stdout.split()[-1])


# -- lists, counts, pages of the UI --------------------------------------------------------------------------


class Asked(NamedTuple):
    page: Page
    median_ms: float
    p95_ms: float
    error: str = ""


def ask(url: str, page: Page, calls: int) -> Asked:
    """How long it takes to answer; the first answer does not count."""
    took: list[float] = []
    with closing(Caller(url)) as caller:
        for number in range(calls + 1):
            began_s = time.perf_counter()
            try:
                page.ask(caller, number)
            except (OSError, RuntimeError) as error:
                return Asked(page, 0.0, 0.0, str(error)[:300])
            took.append((time.perf_counter() - began_s) * 1e3)
            if sum(took) > 20_000:  # it is too slow in any case
                break
    took = sorted(took[1:] or took)
    return Asked(page, median(took), took[min(len(took) - 1, round(len(took) * 0.95))])


# -- all of it -----------------------------------------------------------------------------------------------


class Measured(NamedTuple):
    size: Size
    build_s: float
    bytes_: int
    rates: dict[str, tuple[float, float]]
    tasks_us: tuple[float, float]
    asked: list[Asked]


def measure(
    folder: Path,
    size: Size,
    *,
    on_postgres: bool = False,
    file: Path | None = None,
    turns: int = TURNS,
    calls: int = CALLS,
    only: str = "",
) -> Measured:
    """Build, serve, and measure; with `only` no hot paths, and those endpoints whose name contains it."""
    maker = Maker(size)
    (folder / "client").mkdir()
    with ExitStack() as stack:
        began_s = time.monotonic()
        databases: list[str | None] = [None, None]
        home = folder / "full"
        if on_postgres:
            cluster = postgres()
            databases = [cluster.ready(), cluster.ready()]
            big_data_rows.into_postgres(str(databases[1]), maker)
        elif file is not None:
            home = file.parent
            if not file.exists():
                big_data_rows.into_sqlite(file, maker)
            else:
                maker = Maker.of(file, size)
        else:
            big_data_rows.into_sqlite(home / "orchestrator.db", maker)
        build_s = time.monotonic() - began_s
        path = home / "orchestrator.db"
        # nothing is removed for its age while it is measured
        quiet = {"PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "false"}
        servers = [
            Server(folder / "empty", database=databases[0], **quiet),
            Server(home, database=databases[1], **quiet),
        ]
        for server in servers:
            stack.callback(server.end)
            server.start()
        asked = [
            ask(servers[1].url, page, calls) for page in pages(maker) if only in f"{page.path} {page.what}"
        ]
        rates: dict[str, tuple[float, float]] = {}
        tasks_us = (0.0, 0.0)
        if not only:
            for what, make in HOT.items():
                found = [[rate(server.url, make) for server in servers] for _ in range(turns)]
                rates[what] = (median([each[0] for each in found]), median([each[1] for each in found]))
            took = [[task_us(server, folder) for server in servers] for _ in range(turns)]
            tasks_us = (median([each[0] for each in took]), median([each[1] for each in took]))
        bytes_ = path.stat().st_size if path.exists() else 0
    return Measured(size, build_s, bytes_, rates, tasks_us, asked)


def report(measured: Measured, store: str) -> str:
    """The figures as Markdown."""
    size = f", {measured.bytes_ / 1e9:.1f} GB" if measured.bytes_ else ""
    lines = [f"{store}: {measured.size}{size}; made in {measured.build_s:.0f} s", ""]
    if measured.rates:
        lines += ["| hot path | empty | large | large / empty |", "| --- | --- | --- | --- |"]
        for what, (empty, large) in measured.rates.items():
            lines.append(f"| {what} a second | {empty:,.0f} | {large:,.0f} | {large / empty:.2f} |")
        empty, large = measured.tasks_us
        lines.append(f"| us a task in a flow | {empty:.0f} | {large:.0f} | {large / empty:.2f} |")
        lines.append("")
    slow = sorted(measured.asked, key=lambda each: each.p95_ms, reverse=True)
    over = [each for each in slow if each.p95_ms >= P95_MS or each.error]
    lines += [
        f"{len(slow)} lists, counts and pages; {len(over)} of them took {P95_MS:.0f} ms or more at p95.",
        "",
    ]
    lines += ["| endpoint | of | median ms | p95 ms |", "| --- | --- | --- | --- |"]
    for each in slow:
        figures = each.error or f"{each.median_ms:.1f} | {each.p95_ms:.1f}"
        lines.append(f"| `{each.page.path}` | {each.page.what} | {figures} |")
    return "\n".join(lines)


def is_met(measured: Measured) -> bool:
    """Whether the goals are met."""
    hot = all(large >= empty * (1 - SLOWER) for empty, large in measured.rates.values())
    empty, large = measured.tasks_us
    return (
        hot
        and large <= empty * (1 + SLOWER)
        and all(each.p95_ms < P95_MS and not each.error for each in measured.asked)
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="A server on a large database.")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--database", type=Path, help="a file orchestrator.db to keep, or to use")
    parser.add_argument("--only", default="", help="measure only the endpoints whose name contains this")
    parser.add_argument("--results", type=Path, help="the page that gets the figures")
    options = parser.parse_args(arguments)
    size = Size(round(FULL * options.scale))
    with tempfile.TemporaryDirectory(prefix="big-data-") as folder:
        measured = measure(
            Path(folder), size, on_postgres=options.postgres, file=options.database, only=options.only
        )
    store = "PostgreSQL" if options.postgres else "SQLite"
    text = report(measured, store)
    print(text)
    if options.results:
        heading = f"{machine()}; {time.strftime('%Y-%m-%d')}; load of the machine {os.getloadavg()[0]:.1f}"
        write_section(options.results, f"A large database on {store}", f"{heading}\n\n{text}")
    return 0 if is_met(measured) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
