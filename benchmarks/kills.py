"""SIGKILL at random moments of flows, and what is found afterwards.

    python benchmarks/kills.py [--kills 200] [--seed 1] [--results benchmarks/RESULTS.md]

Each victim runs a flow of 50 tasks of 1-10 ms, some computing in pure Python, some sleeping, called directly,
submitted to threads or awaited. It tells the end of each task in a side file with one `os.write`. After the
kill a fresh process does nothing but read the runs, and these must hold:

- the invariants of the database;
- each task that had ended 20 ms or more before the kill is Completed, and no other one is;
- in flows that call one task after the other, what is recorded has no gap;
- each history is a beginning of Pending, Running, Completed, or such a beginning followed by Crashed;
- the dead run and its unfinished task runs are Crashed in this very first reading.

On a machine that does other work too, the time in which threads of the victim were ready and got no processor
in its last 100 ms is added to the 20 ms, and the report says how often that mattered.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TASKS = 50
GRACE_NS = 20_000_000
WATCHED_S = 0.1
HISTORY = ("PENDING", "RUNNING", "COMPLETED")
FORMS = ("direct", "submitted", "awaited")
DEADLINE_S = 60.0
RUNS_PER_HOME = 10


# -- the victim: a process of its own ------------------------------------------------------------------------


def victim(side_file: str, form: str, seed: int) -> None:
    """Run the flow; lines of the side file: what ended, and when (monotonic nanoseconds)."""
    from prefect import flow, task
    from prefect.runtime import flow_run, task_run

    side = os.open(side_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    plan = random.Random(seed)
    works = [(plan.random() < 0.5, plan.uniform(0.001, 0.010)) for _ in range(TASKS)]

    def tell(what: str) -> None:
        os.write(side, f"{what} {time.monotonic_ns()}\n".encode())

    def work(computes: bool, seconds: float) -> str:
        if computes:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                pass
        else:
            time.sleep(seconds)
        return task_run.id

    step = task(work)

    @task
    async def async_step(computes: bool, seconds: float) -> str:
        import asyncio

        await asyncio.sleep(seconds)
        return task_run.id

    def submitted_ended(future: Any) -> None:
        ended = future.result(raise_on_failure=False)
        if isinstance(ended, str):
            tell(ended)

    def begun() -> None:
        tell(f"flow {flow_run.id}")
        os.write(1, b"begun\n")

    @flow
    def direct() -> None:
        begun()
        for each in works:
            tell(step(*each))

    @flow
    def submitted() -> None:
        begun()
        for each in works:
            step.submit(*each).add_done_callback(submitted_ended)

    @flow
    async def awaited() -> None:
        begun()
        for each in works:
            tell(await async_step(*each))

    if form == "awaited":
        import asyncio

        asyncio.run(awaited())
    else:
        {"direct": direct, "submitted": submitted}[form]()
    tell("ended")


def look() -> None:
    """What a fresh process sees when it does nothing but read: the runs as JSON on stdout."""
    from prefect._base.drive import drive
    from prefect._link import choose
    from prefect._wire.operation import named

    link = choose.blocking()
    flow_runs = drive(link.call(named("flow_runs.filter"), body={"limit": 200, "sort": "START_TIME_DESC"}))
    seen = {run["id"]: run["state"]["type"] for run in flow_runs}
    found: dict[str, str] = {}
    for run in flow_runs:
        body = {"flow_runs": {"id": {"any_": [run["id"]]}}, "limit": 200}
        for each in drive(link.call(named("task_runs.filter"), body=body)):
            found[each["id"]] = each["state"]["type"]
    print(json.dumps({"flow_runs": seen, "task_runs": found}))


# -- the campaign --------------------------------------------------------------------------------------------


@dataclass
class Kill:
    """What one kill came to. Times are ages at the moment of the kill, in milliseconds."""

    form: str
    moment: str = ""
    told: int = 0
    recorded: int = 0
    oldest_lost_ms: float = 0.0
    starved_ms: float = 0.0
    wrong: list[str] = field(default_factory=list[str])


def kill_once(home: Path, form: str, seed: int, moment: random.Random) -> Kill:
    """One victim in `home`, killed at a moment drawn from `moment`, and the judgement of what it left."""
    result = Kill(form)
    side = home / f"side-{seed}"
    database = home / "orchestrator.db"
    process = subprocess.Popen(
        [sys.executable, __file__, "victim", str(side), form, str(seed)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    if moment.random() < 0.1:  # while the package loads, or the database is created
        seconds = moment.uniform(0.02, 0.35)
    else:
        process.stdout.readline()
        seconds = moment.uniform(0.0, 0.45 if form != "submitted" else 0.15)
    ended = ends_within(process, max(0.0, seconds - WATCHED_S))
    waited_ns = starved_ns(process.pid)
    ended = ended or ends_within(process, min(seconds, WATCHED_S))
    killed_ns = time.monotonic_ns()
    result.starved_ms = max(0, starved_ns(process.pid) - waited_ns) / 1e6
    if not ended:
        process.send_signal(signal.SIGKILL)
    _, errors = process.communicate(timeout=DEADLINE_S)
    told = read_side(side)
    result.moment = "before the flow" if not told else "after the flow" if "ended" in told else "in the flow"
    if ended and process.returncode:
        result.wrong.append(f"The victim failed by itself: {errors.decode()[-2000:]}")

    seen = json.loads(
        subprocess.run(
            [sys.executable, __file__, "look"],
            env=environment(home),
            check=True,
            stdout=subprocess.PIPE,
            timeout=DEADLINE_S,
        ).stdout
    )
    from prefect._store.check import violations

    result.wrong += violations(database)
    _judge_first_look(result, seen, told)
    _judge_records(result, seen["task_runs"], told, killed_ns)
    _judge_histories(result, database)
    return result


def _judge_first_look(result: Kill, seen: dict[str, Any], told: dict[str, int]) -> None:
    live = {id: type for id, type in {**seen["flow_runs"], **seen["task_runs"]}.items() if type not in FINAL}
    if live:
        result.wrong.append(f"still live in the first reading: {live}")
    run_id = next((what for what in told if what.startswith("flow ")), "").removeprefix("flow ")
    if run_id:
        state = seen["flow_runs"].get(run_id)
        ended = len(task_ends(told)) == TASKS
        allowed = ("COMPLETED",) if "ended" in told else ("COMPLETED", "CRASHED") if ended else ("CRASHED",)
        if state not in allowed:
            result.wrong.append(f"the run is {state}, not {' or '.join(allowed)}")


def _judge_records(result: Kill, task_runs: dict[str, str], told: dict[str, int], killed_ns: int) -> None:
    ends = task_ends(told)
    is_recorded = [task_runs.get(id) == "COMPLETED" for id in ends]
    result.told, result.recorded = len(ends), sum(is_recorded)
    lost = [killed_ns - at_ns for (at_ns, kept) in zip(ends.values(), is_recorded, strict=True) if not kept]
    result.oldest_lost_ms = max(lost, default=0) / 1e6
    if max(lost, default=0) >= GRACE_NS + result.starved_ms * 1e6:
        result.wrong.append(f"a task that ended {result.oldest_lost_ms:.1f} ms before the kill is lost")
    if result.form != "submitted" and True in is_recorded[result.recorded :]:
        result.wrong.append("a later task is recorded, an earlier one is not")


def _judge_histories(result: Kill, database: Path) -> None:
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    histories: dict[str, list[str]] = {}
    for run_id, type in connection.execute(
        "SELECT run_id, type FROM run_state WHERE kind = 'task' ORDER BY run_id, at_us"
    ):
        histories.setdefault(run_id, []).append(type)
    connection.close()
    for run_id, types in histories.items():
        whole = types[:-1] if types[-1] == "CRASHED" else types
        if tuple(whole) != HISTORY[: len(whole)] or (types[-1] == "CRASHED" and "COMPLETED" in types):
            result.wrong.append(f"task run {run_id} has the history {types}")


FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED", "CRASHED"})


def environment(home: Path) -> dict[str, str]:
    """The environment of a child: its own home, and nothing of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "ERROR"}


def ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the moment of the kill; True if the process ended before it."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def starved_ns(pid: int) -> int:
    """For how long threads of a process have been ready to run without a processor, where Linux tells."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(thread.read_text().split()[1])
        except (OSError, IndexError):  # the thread has just ended
            continue
    return total


def read_side(side: Path) -> dict[str, int]:
    """What the victim told, with the time of each line."""
    if not side.exists():
        return {}
    lines = (line.rpartition(" ") for line in side.read_text().splitlines())
    return {what: int(at_ns) for what, _, at_ns in lines}


def task_ends(told: dict[str, int]) -> dict[str, int]:
    """Of what was told, the ends of tasks by run id, in the order of the file."""
    return {what: at_ns for what, at_ns in told.items() if what != "ended" and not what.startswith("flow ")}


def campaign(kills: int, seed: int, folder: Path) -> list[Kill]:
    """`kills` kills, `RUNS_PER_HOME` of them in each home, so that the dead are found among older runs."""
    moment = random.Random(seed)
    results: list[Kill] = []
    for number in range(kills):
        home = folder / f"home-{number // RUNS_PER_HOME}"
        home.mkdir(exist_ok=True)
        result = kill_once(home, FORMS[number % len(FORMS)], seed * 1000 + number, moment)
        results.append(result)
        for wrong in result.wrong:
            print(f"kill {number} ({result.form}, {result.moment}): {wrong}", file=sys.stderr)
    return results


def report(results: Sequence[Kill], seconds: float) -> str:
    """The figures as lines of Markdown."""
    moments = Counter(each.moment for each in results)
    told = sum(each.told for each in results)
    recorded = sum(each.recorded for each in results)
    lost = sorted((each.oldest_lost_ms for each in results if each.oldest_lost_ms), reverse=True)
    starved = sum(each.oldest_lost_ms * 1e6 >= GRACE_NS for each in results)
    wrong = sum(len(each.wrong) for each in results)
    where = ", ".join(f"{count} {moment}" for moment, count in sorted(moments.items()))
    forms = ", ".join(f"{form} {sum(each.form == form for each in results)}" for form in FORMS)
    oldest = f"{max(lost, default=0.0):.1f} ms before the kill, the median of these {median(lost):.1f} ms"
    lines = (
        f"{len(results)} kills in {seconds:.0f} s: {where}; flows {forms}",
        f"{told} ends of tasks told in side files, {recorded} of them recorded as Completed",
        f"ends of tasks without a record: {told - recorded}",
        f"ends lost 20 ms or more before the kill, in victims that had to wait for a processor: {starved}",
        f"kills that lost the record of an ended task: {len(lost)}; the oldest had ended {oldest}",
        f"broken requirements: {wrong}",
    )
    return "\n".join(f"- {line}" for line in lines)


def median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


def machine() -> str:
    """Where figures were taken."""
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} cores, {sys.platform}, Python {version}, SQLite {sqlite3.sqlite_version}"


def write_section(path: Path, title: str, text: str) -> None:
    """Put `text` in place of the section `title` of a page, or at its end."""
    old = path.read_text() if path.exists() else "# Results\n"
    head, mark, rest = old.partition(f"\n## {title}\n")
    tail = rest[rest.index("\n## ") :] if mark and "\n## " in rest else ""
    path.write_text(f"{head.rstrip()}\n\n## {title}\n{text.strip()}\n{tail}")


def publish(text: str, wrong: Sequence[str], page: Path | None, title: str, arguments: Sequence[str]) -> None:
    """Print figures and what is wrong; with a `page`, put them there with how they were made.

    Its section is `title`. `arguments` are those of the program; ``--results`` is left out of them.
    """
    print(text)
    for each in wrong:
        print(each, file=sys.stderr)
    if page:
        given = list(arguments)
        if "--results" in given:
            place = given.index("--results")
            del given[place : place + 2]
        command = " ".join([f"benchmarks/{Path(sys.argv[0]).name}", *given])
        load = f"load of the machine {os.getloadavg()[0]:.1f}"
        how = f"{machine()}; {time.strftime('%Y-%m-%d')}; {load}; `{command}`"
        write_section(page, title, f"{how}\n\n{text}")


def main(arguments: Sequence[str]) -> int:
    if arguments[:1] == ["victim"]:
        victim(arguments[1], arguments[2], int(arguments[3]))
        return 0
    if arguments[:1] == ["look"]:
        look()
        return 0
    parser = argparse.ArgumentParser(description="SIGKILL at random moments of flows.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="the page that gets the figures, in its section Kills")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        began = time.monotonic()
        results = campaign(options.kills, options.seed, Path(folder))
        text = report(results, time.monotonic() - began)
    publish(text, [], options.results, "Kills", arguments)
    return 1 if any(each.wrong for each in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
