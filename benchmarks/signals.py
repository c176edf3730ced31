"""Ctrl-C and SIGTERM at random moments of flows, and what process and history say afterwards.

    python benchmarks/signals.py [--trials 50] [--seed 1] [--results benchmarks/RESULTS.md]

The victims are those of `kills.py`, which are described there. These must hold:

- the process ends by the signal, as any program does, and prints one traceback at most;
- the run is Completed only if its last task and the flow had ended, and Crashed otherwise, as the process
  itself tells;
- no run is live in the first reading of a fresh process, and the invariants of the database hold.
"""

from __future__ import annotations

import argparse
import json
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

import kills

CHAINED = b"During handling of the above exception, another exception occurred"
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Trial:
    """What one signal came to."""

    form: str
    signal: str
    moment: str = ""
    ended_after_ms: float = 0.0
    wrong: list[str] = field(default_factory=list[str])


def try_once(home: Path, form: str, sent: signal.Signals, seed: int, moment: random.Random) -> Trial:
    """One victim in `home` that gets a signal at a moment drawn from `moment`, and the judgement."""
    result = Trial(form, sent.name)
    side = home / f"side-{seed}"
    process = subprocess.Popen(
        [sys.executable, kills.__file__, "victim", str(side), form, str(seed)],
        env=kills.environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    seconds = moment.uniform(0.0, 0.4 if form != "submitted" else 0.12)
    over = kills.ends_within(process, seconds)
    sent_s = time.monotonic()
    process.send_signal(sent)
    _, errors = process.communicate(timeout=kills.DEADLINE_S)
    result.ended_after_ms = (time.monotonic() - sent_s) * 1e3
    told = kills.read_side(side)
    flow_ended = "ended" in told
    result.moment = "after the flow" if flow_ended else "in the flow"
    told_itself = state_of_run(home / "orchestrator.db", told)

    by_signal = (-sent, 128 + sent)
    if process.returncode not in ((0, *by_signal) if flow_ended or over else by_signal):
        result.wrong.append(f"the process ended with {process.returncode}:\n{errors.decode()}")
    # an event loop that is interrupted chains the cancellation to the interrupt: one report all the same
    traces = errors.count(b"Traceback (most recent call last)") - errors.count(CHAINED)
    if traces > 1:
        result.wrong.append(f"{traces} tracebacks were printed:\n{errors.decode()}")
    all_ended = len(kills.task_ends(told)) == kills.TASKS
    allowed = ("COMPLETED",) if flow_ended else ("CRASHED", "COMPLETED") if all_ended else ("CRASHED",)
    if told_itself not in allowed:
        result.wrong.append(
            f"the process left the run {told_itself}, not {' or '.join(allowed)}:\n{errors.decode()}"
        )
    _judge_look(result, home)
    return result


def _judge_look(result: Trial, home: Path) -> None:
    from prefect._store.check import violations

    seen = json.loads(
        subprocess.run(
            [sys.executable, kills.__file__, "look"],
            env=kills.environment(home),
            check=True,
            stdout=subprocess.PIPE,
            timeout=kills.DEADLINE_S,
        ).stdout
    )
    live = {id: type for each in seen.values() for id, type in each.items() if type not in kills.FINAL}
    if live:
        result.wrong.append(f"still live in the first reading: {live}")
    result.wrong += violations(home / "orchestrator.db")


def state_of_run(database: Path, told: dict[str, int]) -> str | None:
    """The state in which the process itself has left its run."""
    run_id = next(what for what in told if what.startswith("flow ")).removeprefix("flow ")
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        row = connection.execute("SELECT state_type FROM flow_run WHERE id = ?", (run_id,)).fetchone()
    finally:
        connection.close()
    return row and row[0]


def campaign(trials: int, seed: int, folder: Path) -> list[Trial]:
    """`trials` signals, SIGINT and SIGTERM in turns, through all forms of flows."""
    moment = random.Random(seed)
    results: list[Trial] = []
    for number in range(trials):
        home = folder / f"home-{number // kills.RUNS_PER_HOME}"
        home.mkdir(exist_ok=True)
        form, sent = kills.FORMS[number // 2 % len(kills.FORMS)], SIGNALS[number % 2]
        result = try_once(home, form, sent, seed * 1000 + number, moment)
        results.append(result)
        for wrong in result.wrong:
            print(f"trial {number} ({form}, {sent.name}, {result.moment}): {wrong}", file=sys.stderr)
    return results


def report(results: Sequence[Trial], seconds: float) -> str:
    """The figures as lines of Markdown."""
    moments = Counter(each.moment for each in results)
    where = ", ".join(f"{count} {moment}" for moment, count in sorted(moments.items()))
    signals = ", ".join(f"{each.name} {sum(r.signal == each.name for r in results)}" for each in SIGNALS)
    times = sorted(each.ended_after_ms for each in results if each.moment == "in the flow")
    lines = (
        f"{len(results)} signals in {seconds:.0f} s: {where}; {signals}",
        f"time from a signal in a flow to the end of the process: median {kills.median(times):.0f} ms",
        f"the longest such time: {max(times, default=0.0):.0f} ms",
        f"broken requirements: {sum(len(each.wrong) for each in results)}",
    )
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Ctrl-C and SIGTERM at random moments of flows.")
    parser.add_argument("--trials", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="the page that gets the figures, in its section Signals")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="signals-") as folder:
        began = time.monotonic()
        results = campaign(options.trials, options.seed, Path(folder))
        text = report(results, time.monotonic() - began)
    kills.publish(text, [], options.results, "Signals", arguments)
    return 1 if any(each.wrong for each in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
