"""What things cost: whole processes and single calls, against the budgets or another installation.

    python benchmarks/costs.py [--against PYTHON] [--repeat 5] [--only WORD] [--results benchmarks/RESULTS.md]

Every number is the median of fresh processes, each with a fresh home and no server. The two installations run
the same programs in turn, so that a machine that is busy is busy for both.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kills import machine, write_section


class Measure(NamedTuple):
    """One line of the table.

    `program` is Python text; it prints its own number if `inside`, otherwise the whole process is timed in
    seconds. `words` are a command line of ``prefect`` instead. `aim` is the budget, in `unit`.
    """

    name: str
    unit: str
    aim: float
    program: str = ""
    words: tuple[str, ...] = ()
    inside: bool = False
    more_is_better: bool = False


HEAD = """
import asyncio, logging, time
logging.disable(logging.CRITICAL)
from prefect import flow, task

@task
def step(x):
    return x

@task
async def astep(x):
    return x
"""

# a flow `work` of n tasks, called once to warm up and then timed
TIMED = """
work(3)
began = time.perf_counter()
work({n})
print({number})
"""
PER_TASK_US = "(time.perf_counter() - began) / {n} * 1e6"
TASKS_PER_S = "{n} / (time.perf_counter() - began)"


def timed(flow: str, n: int, number: str) -> str:
    return HEAD + flow + TIMED.format(n=n, number=number.format(n=n))


CALLED = """
@flow
def work(n):
    for x in range(n):
        step(x)
"""
SUBMITTED = """
@flow
def work(n):
    for future in [step.submit(x) for x in range(n)]:
        future.result()
"""
MAPPED = """
@flow
def work(n):
    step.map(range(n)).result()
"""
GATHERED = """
@flow
async def gather(n):
    await asyncio.gather(*[astep(x) for x in range(n)])

def work(n):
    asyncio.run(gather(n))
"""
FLOWS = """
@flow
def one(x):
    return x

def work(n):
    for x in range(n):
        one(x)
"""
SUBFLOWS = """
@flow
def one(x):
    return x

@flow
def work(n):
    for x in range(n):
        one(x)
"""
MEMORY = """
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
HELLO = """
from prefect import flow

@flow(log_prints=True)
def hello():
    print("Hello!")

hello()
"""

MEASURES = (
    Measure("`from prefect import flow, task`, whole process", "s", 0.1, "from prefect import flow, task"),
    Measure("`prefect version`", "s", 0.15, words=("version",)),
    Measure("`prefect --help`", "s", 0.15, words=("--help",)),
    Measure("hello flow, whole process, fresh home", "s", 0.4, HELLO),
    Measure("task called in a flow", "us", 150, timed(CALLED, 1000, PER_TASK_US), inside=True),
    Measure("500 tasks submitted", "tasks/s", 2000, timed(SUBMITTED, 500, TASKS_PER_S), (), True, True),
    Measure("1,000 tasks mapped", "tasks/s", 2000, timed(MAPPED, 1000, TASKS_PER_S), (), True, True),
    Measure("500 tasks gathered", "tasks/s", 2000, timed(GATHERED, 500, TASKS_PER_S), (), True, True),
    Measure("flow run", "us", 5000, timed(FLOWS, 50, PER_TASK_US), inside=True),
    Measure("subflow run", "us", 5000, timed(SUBFLOWS, 50, PER_TASK_US), inside=True),
    Measure("memory after 2,000 tasks", "MB", 120, HEAD + CALLED + "work(2000)" + MEMORY, inside=True),
)


def once(python: str, measure: Measure) -> float:
    """Run it in a fresh process and home; its number."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        if measure.words:
            command = [str(Path(python).parent / "prefect"), *measure.words]
        else:
            file = Path(home) / "program.py"  # a file, since code that is not in one cannot be looked into
            file.write_text(measure.program)
            command = [python, str(file)]
        began = time.perf_counter()
        done = subprocess.run(
            command, env={**clean, "PREFECT_HOME": home}, capture_output=True, text=True, check=False
        )
        took = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{measure.name}, with {python}:\n{done.stderr}")
    return float(done.stdout.split()[-1]) if measure.inside else took


def shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def row(measure: Measure, pythons: Sequence[str], repeat: int) -> str:
    """Measure on all installations in turn; a row of the table."""
    runs = [[once(python, measure) for python in pythons] for _ in range(repeat)]
    ours, *others = [statistics.median(column) for column in zip(*runs, strict=True)]
    kept = ours >= measure.aim if measure.more_is_better else ours <= measure.aim
    bound = f"{'>=' if measure.more_is_better else '<='} {shown(measure.aim)}"
    cells = [measure.name, f"{shown(ours)} {measure.unit}", f"{bound} {'kept' if kept else '**missed**'}"]
    for other in others:
        ratio = ours / other if measure.more_is_better else other / ours
        cells += [f"{shown(other)} {measure.unit}", f"{ratio:.1f}x"]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="What things cost.")
    parser.add_argument("--against", help="the Python of another installation to measure beside this one")
    parser.add_argument("--repeat", type=int, default=5, help="processes for each number")
    parser.add_argument("--only", default="", help="measure only lines with this word")
    parser.add_argument("--results", type=Path, help="a file to append the table to")
    chosen = parser.parse_args()

    pythons = [sys.executable, *([chosen.against] if chosen.against else [])]
    heads = ["What", "This", "Budget", *(["Other", "Ratio"] if chosen.against else [])]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    print(*lines, sep="\n", flush=True)
    for measure in MEASURES:
        if chosen.only in measure.name:
            lines.append(row(measure, pythons, chosen.repeat))
            print(lines[-1], flush=True)
    how = f"{machine()}; {time.strftime('%Y-%m-%d')}; median of {chosen.repeat} processes"
    print(f"\n{how}")
    if chosen.results:
        write_section(chosen.results, "Costs", "\n".join([how, "", *lines]))


if __name__ == "__main__":
    main()
