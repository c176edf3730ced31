"""SIGKILL of a worker, a runner, a flow process or the server at random, and what becomes of the runs.

    python benchmarks/fleet_kills.py [--trials 300] [--seed 1] [--results benchmarks/RESULTS.md]

One server, one process that serves a deployment, one worker of a process pool with another. Each trial asks
for some runs of both, kills one of the processes and starts it again. These must hold after each trial:

- within 30 s of the kill every run is Completed or Crashed; Crashed only if its own process was killed;
- no run is executed by two processes at once: each holds a lock of the kernel while it is in the flow;
- no slot is held: neither those that the flows take, nor those of the deployments;

and at the end the invariants of the database (`prefect server check`), and that no process is left behind.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from kills import FINAL, median, publish
from server_kills import checked
from serving import Caller, Server, environment

VICTIMS = ("flow process", "worker", "runner", "server")
RUNS_EACH = 2
SETTLED_S = 30.0
LOOK_S = 0.05
FLOWS = """
import fcntl, os, time
from pathlib import Path
from prefect import flow, task
from prefect.concurrency.sync import concurrency
from prefect.runtime import flow_run

HERE = Path(__file__).parent
SIDE = os.open(HERE / "side", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

def tell(word):
    os.write(SIDE, f"{word} {flow_run.id} {os.getpid()}\\n".encode())

@task
def step(n):
    time.sleep(0.03)
    return n

@flow
def it(steps: int = 10):
    with open(HERE / f"lock-{flow_run.id}", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("twice")
        tell("in")
        with concurrency("fleet", occupy=1, timeout_seconds=60):
            called = [step(n) for n in range(steps)]
            step.map(called[:2]).result()
        tell("out")

if __name__ == "__main__":
    it.serve("served", pause_on_shutdown=False, print_starting_message=False)
"""


@dataclass
class Trial:
    """One kill, and for how long it could be noticed: seconds until all runs had ended."""

    victim: str
    settled_s: float = 0.0
    ends: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])


class Helper:
    """A program of the fleet that is killed and started again."""

    def __init__(self, command: Sequence[str], folder: Path, url: str, name: str) -> None:
        self._command, self._folder, self._url = command, folder, url
        self._said = folder / f"said-{name}"
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with open(self._said, "ab") as said:
            self.process = subprocess.Popen(
                self._command,
                env=environment(self._folder / "home", PREFECT_API_URL=self._url),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def end(self, how: int) -> None:
        if self.process is not None:
            if self.process.poll() is None:
                self.process.send_signal(how)
            try:
                self.process.wait(40.0)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
            self.process = None


class Fleet:
    """Server, runner and worker, and what they have told."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        (folder / "flows.py").write_text(FLOWS)
        self.server = Server(folder / "server")
        stack.callback(self.server.kill)
        self.server.start()
        self.caller = stack.enter_context(closing(Caller(self.server.url)))
        self.caller.expect("POST", "/v2/concurrency_limits/", {"name": "fleet", "limit": 3})
        self.runner = Helper([sys.executable, "flows.py"], folder, self.server.url, "runner")
        stack.callback(self.runner.end, signal.SIGKILL)
        self.caller.expect("POST", "/work_pools/", {"name": "p", "type": "process"})
        worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "p", "--name", "w"]
        self.worker = Helper(worker, folder, self.server.url, "worker")
        stack.callback(self.worker.end, signal.SIGKILL)
        self.deployments = [self._served(), self._pooled()]

    def _served(self) -> str:
        until_s = time.monotonic() + 60
        while True:
            status, answer = self.caller.call("GET", "/deployments/name/it/served")
            if status == 200:
                return answer["id"]
            if time.monotonic() > until_s:
                raise RuntimeError(f"Nothing is served: {(self.folder / 'said-runner').read_text()}")
            time.sleep(LOOK_S)

    def _pooled(self) -> str:
        flow_id = self.caller.expect("POST", "/flows/", {"name": "it"})["id"]
        body = {
            "name": "pooled", "flow_id": flow_id, "work_pool_name": "p", "path": str(self.folder),
            "entrypoint": "flows.py:it", "concurrency_limit": 3,
        }  # fmt: skip
        return self.caller.expect("POST", "/deployments/", body)["id"]

    def told(self) -> list[list[str]]:
        side = self.folder / "side"
        return [line.split(" ") for line in side.read_text().splitlines()] if side.exists() else []

    def in_flows(self, run_ids: Sequence[str]) -> list[tuple[str, int]]:
        """Runs that have entered the flow and not left it, with their processes."""
        found = {run: int(pid) for word, run, pid in self.told() if word == "in" and run in run_ids}
        for word, run, _ in self.told():
            if word == "out":
                found.pop(run, None)
        return list(found.items())


def try_once(fleet: Fleet, victim: str, chance: random.Random) -> Trial:
    """One kill among runs that were asked for, and the judgement."""
    trial = Trial(victim)
    run_ids = [
        fleet.caller.expect("POST", f"/deployments/{id}/create_flow_run", {"parameters": {"steps": steps}})[
            "id"
        ]
        for id in fleet.deployments
        for steps in (chance.randrange(1, 20) for _ in range(RUNS_EACH))
    ]
    time.sleep(chance.uniform(0.0, 0.6))
    struck: str | None = None
    if victim == "flow process":
        struck = _kill_flow(fleet, run_ids, chance)
        killed_s = time.monotonic()
    else:
        killed_s = time.monotonic()
        if victim == "server":
            fleet.server.kill()
            time.sleep(chance.uniform(0.0, 0.5))
            fleet.server.start()
        else:
            helper = fleet.worker if victim == "worker" else fleet.runner
            helper.end(signal.SIGKILL)
            time.sleep(chance.uniform(0.0, 0.5))
            helper.start()
    _settle(fleet, trial, run_ids, killed_s, struck)
    return trial


def _kill_flow(fleet: Fleet, run_ids: Sequence[str], chance: random.Random) -> str | None:
    until_s = time.monotonic() + 10
    while time.monotonic() < until_s:
        if inside := fleet.in_flows(run_ids):
            run_id, pid = chance.choice(inside)
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            return run_id
        time.sleep(0.005)
    return None


def _settle(fleet: Fleet, trial: Trial, run_ids: Sequence[str], killed_s: float, struck: str | None) -> None:
    """Wait until all has ended and nothing is held."""
    body = {"flow_runs": {"id": {"any_": list(run_ids)}}}
    while True:
        runs = fleet.caller.expect("POST", "/flow_runs/filter", body)
        live = [run for run in runs if run["state"]["type"] not in FINAL]
        held = [
            each
            for each in fleet.caller.expect("POST", "/v2/concurrency_limits/filter", {})
            if each["active_slots"]
        ]
        trial.settled_s = time.monotonic() - killed_s
        if (not live and not held) or trial.settled_s > SETTLED_S:
            break
        time.sleep(LOOK_S)
    trial.wrong += [f"the run {run['id']} is {run['state']['name']} after {SETTLED_S:.0f} s" for run in live]
    trial.wrong += [f"{each['active_slots']} slots of {each['name']} are held" for each in held]
    trial.ends = Counter(run["state"]["name"] for run in runs)
    for run in runs:
        allowed = ("COMPLETED", "CRASHED") if run["id"] == struck else ("COMPLETED",)
        if run not in live and run["state"]["type"] not in allowed:
            message = run["state"].get("message")
            trial.wrong.append(f"the run {run['id']} is {run['state']['name']}: {message}")
    trial.wrong += [
        f"run {run} twice at once" for word, run, _ in fleet.told() if word == "twice" and run in run_ids
    ]


def campaign(trials: int, seed: int, folder: Path) -> tuple[list[Trial], list[str]]:
    """The trials, and what was wrong at the end of all."""
    chance = random.Random(seed)
    results: list[Trial] = []
    with ExitStack() as stack:
        fleet = Fleet(folder, stack)
        order: list[str] = []
        for number in range(trials):
            order = order or chance.sample(VICTIMS, len(VICTIMS))
            trial = try_once(fleet, order.pop(), chance)
            results.append(trial)
            for wrong in trial.wrong:
                print(f"trial {number} ({trial.victim}): {wrong}", file=sys.stderr)
        fleet.worker.end(signal.SIGTERM)
        fleet.runner.end(signal.SIGTERM)
        fleet.server.end()
        wrong = checked(fleet.server) + _left_behind(folder)
    return results, wrong


def _left_behind(folder: Path) -> list[str]:
    """Processes of the fleet that live although all were told to end."""
    mark = f"PREFECT_HOME={folder}".encode()
    until_s = time.monotonic() + 10.0
    while True:
        found: list[str] = []
        for each in Path("/proc").glob("[0-9]*/environ"):
            try:
                if any(word.startswith(mark) for word in each.read_bytes().split(b"\0")):
                    command = (each.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found.append(f"process {each.parent.name} is left behind: {command}")
            except OSError:  # it has ended, or is somebody else's
                continue
        if not found or time.monotonic() > until_s:
            return found
        time.sleep(LOOK_S)


def report(results: Sequence[Trial], wrong: Sequence[str], seconds: float) -> str:
    """The figures as lines of Markdown."""
    ends = sum((each.ends for each in results), Counter[str]())
    lines = [
        f"{len(results)} kills in {seconds:.0f} s; runs: "
        + ", ".join(f"{name} {count}" for name, count in sorted(ends.items())),
    ]
    for victim in VICTIMS:
        times = [each.settled_s for each in results if each.victim == victim]
        lines.append(
            f"{victim}: {len(times)} kills; until all runs had ended and no slot was held: median"
            f" {median(times):.1f} s, longest {max(times, default=0):.1f} s"
        )
    lines.append(f"broken requirements: {sum(len(each.wrong) for each in results) + len(wrong)}")
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="SIGKILL of the processes of a fleet at random moments.")
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--results", type=Path, help="the page that gets the figures, in its section Kills of a fleet"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="fleet-kills-") as folder:
        began_s = time.monotonic()
        results, wrong = campaign(options.trials, options.seed, Path(folder))
        text = report(results, wrong, time.monotonic() - began_s)
    publish(text, wrong, options.results, "Kills of a fleet", arguments)
    return 1 if wrong or any(each.wrong for each in results) else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
