"""A hundred thousand mapped tasks in one flow: memory on the way, records and order of results at the end.

    python benchmarks/many_tasks.py [--tasks 100000] [--results benchmarks/RESULTS.md]

Two forms, each in a process of its own with a new home: one `.map()` over all, of which the flow holds every
future, and maps over 1,000 at a time, of which it holds none. These must hold:

- the results are in the order of the inputs, and every task run is recorded as Completed;
- the process never takes more than 400 MB;
- of maps at a time, memory stays flat after the first 10,000 tasks: it grows by less than 0.2 kB a task.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import kills

MOST_MB = 400
FLAT_KB = 0.2
FORMS = ("one map", "maps at a time")
CHUNK = 1_000
EVERY = 10_000
COMPLETED = "SELECT count(*) FROM task_run WHERE state_type = 'COMPLETED'"


def resident_mb() -> float:
    """The memory of this process that is in use now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def most_resident_mb() -> float:
    """The most memory that this program had in use; `getrusage` would count what the caller had before it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def inside(form: str, count: int) -> dict[str, Any]:
    """Run the flow in this process; what it took, and what is recorded."""
    from prefect import flow, task

    marks: list[tuple[int, float]] = []
    ended = 0

    @task
    def successor(x: int) -> int:
        nonlocal ended
        ended += 1
        if ended % EVERY == 0:
            marks.append((ended, round(resident_mb(), 1)))
        return x + 1

    @flow
    def many() -> bool:
        if form == "one map":
            return successor.map(range(count)).result() == list(range(1, count + 1))
        right = True
        for first in range(0, count, CHUNK):
            found = successor.map(range(first, first + CHUNK)).result()
            right = right and found == list(range(first + 1, first + CHUNK + 1))
        return right

    begun_s = time.perf_counter()
    in_order = many()
    took_s = time.perf_counter() - begun_s
    most_mb = most_resident_mb()
    return {
        "in order": in_order,
        "seconds": took_s,
        "most MB": most_mb,
        "marks": marks,
    }


def wrong_of(form: str, count: int, found: dict[str, Any]) -> list[str]:
    """The requirements that do not hold."""
    wrong: list[str] = []
    if not found["in order"]:
        wrong.append("results are out of order")
    if found["recorded"] != count:
        wrong.append(f"{found['recorded']} of {count} task runs are recorded as Completed")
    if found["most MB"] > MOST_MB:
        wrong.append(f"the process took {found['most MB']:.0f} MB")
    if form != "one map" and growth_kb(found) > FLAT_KB:
        wrong.append(f"memory grew by {growth_kb(found):.2f} kB a task")
    return wrong


def growth_kb(found: dict[str, Any]) -> float:
    """Kilobytes a task from the first 10,000 to the end."""
    (first, before), (last, after) = found["marks"][0], found["marks"][-1]
    return (after - before) * 1024 / max(1, last - first)


def in_process(form: str, count: int) -> dict[str, Any]:
    """Run the flow in a process with a new home."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, __file__, "--inside", form, "--tasks", str(count)],
            env={**os.environ, "PREFECT_HOME": home, "PREFECT_LOGGING_LEVEL": "WARNING"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
        with contextlib.closing(sqlite3.connect(Path(home) / "orchestrator.db")) as database:
            [found["recorded"]] = database.execute(COMPLETED).fetchone()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Memory and records of many mapped tasks in one flow.")
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--results", type=Path, help="append the figures to this file")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(inside(asked.inside, asked.tasks)))
        return 0
    lines: list[str] = []
    broken = 0
    for form in FORMS:
        found = in_process(form, asked.tasks)
        wrong = wrong_of(form, asked.tasks, found)
        broken += len(wrong)
        marks = ", ".join(f"{mb:.0f}" for _, mb in found["marks"])
        lines.append(
            f"- {form}: {asked.tasks:,} tasks in {found['seconds']:.1f} s, {found['recorded']:,} recorded;"
            f" at most {found['most MB']:.0f} MB; MB after each {EVERY:,}: {marks}"
            f" ({growth_kb(found):.2f} kB a task after the first {EVERY:,})"
        )
        lines += [f"- **{form}: {each}**" for each in wrong]
    lines.append(f"- broken requirements: {broken}")
    kills.publish("\n".join(lines), [], asked.results, "Many mapped tasks", sys.argv[1:])
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
