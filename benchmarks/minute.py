"""Very many deployments whose schedules are all due within one minute: one server, one worker.

    python benchmarks/minute.py [--deployments 1000] [--spread 60] [--results benchmarks/RESULTS.md]

Each deployment has one schedule that fires every hour; their instants are spread over `--spread` seconds, 0
is one instant for all. Three runs of each are there ahead, so the planner makes another as each one is due.
A worker of a process pool executes the runs. Meanwhile somebody looks at pages all the time. These must hold
for the runs that are due in the minute that is looked at:

- each schedule has exactly one run, made at its instant or before; at most 1 in 100 later than 1 s after it;
- 99 of 100 answers of the server come within 100 ms;
- all runs end as Completed.

How late runs start is told, too: a machine executes as many a second as it can.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kills import FINAL, publish
from serving import Caller, Server, environment

MINUTE_S = 60
PERIOD_S = 3600
# until everything is set up: for all of it, and for each deployment
AHEAD_S, AHEAD_EACH_S = 10.0, 0.06
PAGE = 200
PAUSE_S = 0.03
LATE_S, SLOW_MS = 1.0, 100.0
FLOW = """
from prefect import flow

@flow
def it(number: int = 0):
    return number
"""


@dataclass
class Minute:
    """What was seen: seconds after the instant of each run, milliseconds of each answer."""

    created_s: list[float] = field(default_factory=list[float])
    started_s: list[float] = field(default_factory=list[float])
    answers_ms: list[float] = field(default_factory=list[float])
    ended_s: float = 0.0
    wrong: list[str] = field(default_factory=list[str])

    def judge(self) -> None:
        if share(self.created_s, 99) > LATE_S:
            self.wrong.append(f"1 in 100 runs is made later than {LATE_S:g} s after its instant")
        if share(self.answers_ms, 99) > SLOW_MS:
            self.wrong.append(f"1 in 100 answers takes longer than {SLOW_MS:g} ms")


class Reader(threading.Thread):
    """Looks at what pages show, all the time, and notes how long each answer takes."""

    def __init__(self, url: str, deployment_id: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._asked: list[tuple[str, str, Any]] = [
            ("GET", f"/deployments/{deployment_id}", None),
            ("POST", "/flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", "limit": 20}),
            ("POST", "/flow_runs/count", {"flow_runs": {"state": {"type": {"any_": ["RUNNING"]}}}}),
            ("POST", "/deployments/filter", {"limit": 20}),
            ("GET", "/work_pools/p", None),
            ("POST", "/logs/filter", {"limit": 20}),
        ]
        self.answers_ms: list[float] = []
        self.failed: list[str] = []
        self.ended = threading.Event()

    def run(self) -> None:
        with closing(Caller(self._url)) as caller:
            place = 0
            while not self.ended.wait(PAUSE_S):
                method, path, body = self._asked[place % len(self._asked)]
                place += 1
                began_s = time.perf_counter()
                try:
                    caller.expect(method, path, body)
                except (OSError, RuntimeError) as error:
                    self.failed.append(f"{method} {path}: {error}")
                self.answers_ms.append((time.perf_counter() - began_s) * 1e3)


def deploy(caller: Caller, folder: Path, count: int, spread_s: float) -> tuple[datetime, list[str]]:
    """Make the deployments; the first instant at which one is due, and their ids."""
    flow_id = caller.expect("POST", "/flows/", {"name": "it"})["id"]
    begin = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=AHEAD_S + AHEAD_EACH_S * count)
    ids: list[str] = []
    for number in range(count):
        at = begin + timedelta(seconds=spread_s * number / count)
        schedule = {"interval": PERIOD_S, "anchor_date": at.isoformat(), "timezone": "UTC"}
        body = {
            "name": f"d{number}", "flow_id": flow_id, "work_pool_name": "p", "path": str(folder),
            "entrypoint": "flows.py:it", "parameters": {"number": number},
            "schedules": [{"schedule": schedule}],
        }  # fmt: skip
        ids.append(caller.expect("POST", "/deployments/", body)["id"])
    if datetime.now(UTC) > begin - timedelta(seconds=AHEAD_S / 2):
        raise RuntimeError(f"This machine is too slow to make {count} deployments in time.")
    return begin, ids


def due(caller: Caller, begin: datetime) -> list[Any]:
    """The runs that are due in the minute."""
    end = begin + timedelta(seconds=MINUTE_S)
    body = {
        "flow_runs": {"expected_start_time": {"after_": begin.isoformat(), "before_": end.isoformat()}},
        "sort": "EXPECTED_START_TIME_ASC", "limit": PAGE,
    }  # fmt: skip
    found: list[Any] = []
    while True:
        page = caller.expect("POST", "/flow_runs/filter", {**body, "offset": len(found)})
        found += page
        if len(page) < PAGE:
            return found


def campaign(count: int, spread_s: float, folder: Path, patience_s: float = 120.0) -> Minute:
    """One minute with everything that is due in it."""
    minute = Minute()
    (folder / "flows.py").write_text(FLOW)
    with ExitStack() as stack:
        server = Server(folder / "server")
        stack.callback(server.kill)
        server.start()
        caller = stack.enter_context(closing(Caller(server.url)))
        caller.expect("POST", "/work_pools/", {"name": "p", "type": "process"})
        begin, ids = deploy(caller, folder, count, spread_s)
        worker = subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", "p", "--name", "w"],
            env=environment(folder / "home", PREFECT_API_URL=server.url),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        until(begin - timedelta(seconds=0.5))
        reader = Reader(server.url, ids[0])
        reader.start()
        until(begin + timedelta(seconds=max(spread_s, 1.0)))
        runs = settle(caller, begin, patience_s)
        reader.ended.set()
        reader.join()
    minute.answers_ms, minute.wrong = reader.answers_ms, reader.failed
    look(minute, runs, ids)
    minute.ended_s = max((seconds(run, "end_time", begin) for run in runs), default=0.0)
    minute.judge()
    return minute


def until(at: datetime) -> None:
    time.sleep(max(0.0, (at - datetime.now(UTC)).total_seconds()))


def settle(caller: Caller, begin: datetime, patience_s: float) -> list[Any]:
    """The runs of the minute once all have ended, or patience has."""
    until_s = time.monotonic() + patience_s
    while True:
        runs = due(caller, begin)
        if all(run["state_type"] in FINAL for run in runs) or time.monotonic() > until_s:
            return runs
        time.sleep(1.0)


def look(minute: Minute, runs: Sequence[Any], ids: Sequence[str]) -> None:
    times = Counter(run["deployment_id"] for run in runs)
    minute.wrong += [f"{times[id]} runs of {id}" for id in ids if times[id] != 1]
    for run in runs:
        at = datetime.fromisoformat(run["expected_start_time"])
        minute.created_s.append(seconds(run, "created", at))
        if run["start_time"]:
            minute.started_s.append(seconds(run, "start_time", at))
    ends = Counter(run["state_name"] for run in runs)
    minute.wrong += [f"{number} runs are {name}" for name, number in ends.items() if name != "Completed"]


def seconds(run: Any, name: str, since: datetime) -> float:
    if not run[name]:
        return 0.0
    return (datetime.fromisoformat(run[name]) - since).total_seconds()


def share(values: Sequence[float], percent: float) -> float:
    """The value below which so many percent are."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def report(minute: Minute, count: int, spread_s: float) -> str:
    """The figures as lines of Markdown."""
    late = [max(0.0, each) for each in minute.created_s]
    ahead = f"{count} deployments, one schedule each, due within {spread_s:g} s"
    started = f"median {share(minute.started_s, 50):.2f} s, p99 {share(minute.started_s, 99):.2f} s"
    answered = f"median {share(minute.answers_ms, 50):.1f} ms, p99 {share(minute.answers_ms, 99):.1f} ms"
    lines = [
        f"{ahead}; all had ended {minute.ended_s:.1f} s after the first was due",
        f"runs made after their instant: p99 {share(late, 99):.2f} s, at most {max(late, default=0.0):.2f} s",
        f"runs started after their instant: {started}",
        f"{len(minute.answers_ms)} answers of the server meanwhile: {answered}",
        f"broken requirements: {len(minute.wrong)}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Many schedules that are due within one minute.")
    parser.add_argument("--deployments", type=int, default=1_000)
    parser.add_argument("--spread", type=float, default=60.0, help="seconds over which they are due")
    parser.add_argument("--results", type=Path, help="the page that gets the figures, in a section of it")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="minute-", ignore_cleanup_errors=True) as folder:
        minute = campaign(options.deployments, options.spread, Path(folder))
    text = report(minute, options.deployments, options.spread)
    publish(text, minute.wrong[:20], options.results, "Many schedules due within one minute", arguments)
    return 1 if minute.wrong else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
