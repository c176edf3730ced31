"""SIGKILL of a server at random moments under load, and what is found afterwards.

    python benchmarks/server_kills.py [--kills 50] [--seed 1] [--store sqlite|postgres]
        [--servers 1|2] [--results PAGE]

Clients run flows through the SDK, send requests and hold slots of a limit (`server_load.py`). The server is
killed and started again on its port. With two servers on one PostgreSQL the clients go through a balancer,
one of the two is killed at a time, and a flow process with it. These must hold:

- everything that was acknowledged is there, and what was repeated is there once;
- no flow fails, and each run of the load is Completed;
- never were more slots held than there are; after the end of all holders none is;
- the invariants of the database hold (`prefect server check`);
- of two servers: whoever waits for an answer has one within 5 s, and a run whose process died is Crashed
  within 30 s although the server that it talked to is gone.
"""

from __future__ import annotations

import argparse
import itertools
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from kills import FINAL, median, publish
from server_load import LIMIT, LINES, SLOTS
from serving import Caller, Server, environment, postgres

LOAD = ("flows", "flows", "raw", "raw", "holder", "holder", "holder")
SETTLE_S = 30.0
GAP_S = 5.0
CRASHED_S = 30.0
PAGE = 200
# runs and events of the load may not be final, or told, in the moment in which their clients end
WAIT_S = 0.1


@dataclass
class Outcome:
    """What a campaign came to. Gaps are seconds from a kill to the next acknowledgement."""

    kills: int = 0
    told: dict[str, int] = field(default_factory=dict[str, int])
    gaps: list[float] = field(default_factory=list[float])
    longest_wait_s: float = 0.0
    crashed_s: list[float] = field(default_factory=list[float])
    wrong: list[str] = field(default_factory=list[str])


# -- clients -------------------------------------------------------------------------------------------------


class Client:
    """A process of the load, with a home and a side file of its own."""

    def __init__(self, folder: Path, role: str, number: int, url: str) -> None:
        self.role = role
        home = folder / f"client-{role}-{number}"
        home.mkdir()
        self.side = folder / f"side-{role}-{number}"
        self.stop = folder / ("stop-stuck" if role == "stuck" else "stop")
        program = Path(__file__).with_name("server_load.py")
        self.said = folder / f"said-{role}-{number}"
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, str(program), role, url, str(self.side), str(self.stop), str(number)],
                env=environment(home, PREFECT_API_URL=url),
                stdout=said,
                stderr=said,
            )

    def told(self) -> list[tuple[str, str, int]]:
        """What it has told: word, subject and time of each line."""
        if not self.side.exists():
            return []
        lines = (line.split(" ") for line in self.side.read_text().splitlines())
        return [(words[0], words[1], int(words[-1])) for words in lines]

    def until(self, word: str, within_s: float = 60.0) -> str:
        """The subject of the first such line, as soon as it is told."""
        until_s = time.monotonic() + within_s
        while True:
            for each, what, _ in self.told():
                if each == word:
                    return what
            if time.monotonic() > until_s or self.process.poll() is not None:
                raise RuntimeError(f"{self.role} told nothing of {word}: {self.said.read_text()[-2000:]}")
            time.sleep(0.02)


class Balancer:
    """Passes connections on to the first of some ports that takes them, each time beginning with another."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._turn = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._pass_on, args=(inner,), daemon=True).start()

    def _pass_on(self, inner: socket.socket) -> None:
        self._turn += 1
        with inner:
            for place in range(len(self._ports)):
                port = self._ports[(self._turn + place) % len(self._ports)]
                try:
                    outer = socket.create_connection(("127.0.0.1", port), timeout=2.0)
                except OSError:
                    continue
                with outer:
                    outer.settimeout(None)
                    _pump(inner, outer)
                return

    def close(self) -> None:
        self._listener.close()


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Until either side ends."""
    ways = {one: other, other: one}
    while True:
        ready, _, _ = select.select(list(ways), [], [])
        for source in ready:
            try:
                data = source.recv(65536)
                if not data:
                    return
                ways[source].sendall(data)
            except OSError:
                return


# -- the campaign --------------------------------------------------------------------------------------------


def campaign(kills: int, seed: int, folder: Path, store: str = "sqlite", servers: int = 1) -> Outcome:
    """Load, kills, and the judgement of what is there afterwards."""
    outcome = Outcome()
    with ExitStack() as stack:
        database = None
        if store == "postgres":
            cluster = postgres()
            database = cluster.ready()
            stack.callback(cluster.drop, database)
        running = [Server(folder / f"server-{number}", database=database) for number in range(servers)]
        for server in running:
            stack.callback(server.kill)
            server.start()
        url = running[0].url
        if servers > 1:
            balancer = Balancer([server.port for server in running])
            stack.callback(balancer.close)
            url = f"http://127.0.0.1:{balancer.port}/api"
        caller = stack.enter_context(closing(Caller(url)))
        caller.expect("POST", "/v2/concurrency_limits/", {"name": LIMIT, "limit": SLOTS})
        clients = [Client(folder, role, number, url) for number, role in enumerate(LOAD)]
        stack.callback(_end_all, clients)
        for client in clients:
            client.until({"flows": "begun", "raw": "run", "holder": "in"}[client.role])
        killed = _kill(kills, random.Random(seed), running, folder, url, outcome)
        _finish(folder, clients, outcome)
        judge(outcome, clients, caller, killed, servers)
        for server in running:
            server.end()
        outcome.wrong += checked(running[0])
    return outcome


def _kill(
    kills: int, chance: random.Random, servers: Sequence[Server], folder: Path, url: str, outcome: Outcome
) -> list[int]:
    """The moments of the kills."""
    moments: list[int] = []
    for number in range(kills):
        server = servers[number % len(servers)]
        victim = Client(folder, "stuck", 1000 + number, url) if len(servers) > 1 else None
        run_id = victim.until("stuck") if victim else ""
        time.sleep(chance.uniform(0.0, 1.5))
        moments.append(time.monotonic_ns())
        server.kill()
        if victim:
            victim.process.kill()
            victim.process.wait()
            with closing(Caller(url)) as caller:
                _await_crash(run_id, caller, moments[-1], outcome)
            time.sleep(chance.uniform(0.0, 1.0))
        server.start()
        outcome.kills += 1
    time.sleep(1.0)
    return moments


def _await_crash(run_id: str, caller: Caller, since_ns: int, outcome: Outcome) -> None:
    """Wait until a server has noticed that the process of the run is gone."""
    while (waited_s := (time.monotonic_ns() - since_ns) / 1e9) < CRASHED_S:
        try:
            state = caller.expect("GET", f"/flow_runs/{run_id}")["state"]["type"]
        except OSError:
            state = None
        if state == "CRASHED":
            outcome.crashed_s.append(waited_s)
            return
        time.sleep(WAIT_S)
    outcome.wrong.append(f"the run {run_id} of a dead process is not Crashed after {waited_s:.0f} s")


def _finish(folder: Path, clients: Sequence[Client], outcome: Outcome) -> None:
    """Ask the clients to end; holders are killed, with slots or without."""
    for client in clients:
        if client.role == "holder":
            client.process.kill()
    (folder / "stop").touch()
    for client in clients:
        try:
            code = client.process.wait(SETTLE_S * 2)
        except subprocess.TimeoutExpired:
            client.process.kill()
            outcome.wrong.append(f"{client.role} did not end")
            continue
        if code and client.role != "holder":
            outcome.wrong.append(f"{client.role} ended with {code}: {client.said.read_text()[-1000:]}")


def _end_all(clients: Sequence[Client]) -> None:
    for client in clients:
        if client.process.poll() is None:
            client.process.kill()
            client.process.wait()


def checked(server: Server) -> list[str]:
    """What ``prefect server check`` finds wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "server", "check"],
        env=environment(server.home, **server.variables),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return (
        [] if done.returncode == 0 else [f"prefect server check: {done.stdout[-3000:]}{done.stderr[-3000:]}"]
    )


# -- the judgement -------------------------------------------------------------------------------------------


def judge(
    outcome: Outcome, clients: Sequence[Client], caller: Caller, killed: Sequence[int], servers: int
) -> None:
    """Compare what was told with what the server has."""
    told: dict[str, set[str]] = {}
    acknowledged: list[int] = []
    for client in clients:
        lines = client.told()
        for word, what, at_ns in lines:
            told.setdefault(word, set()).add(what)
            if word in ("answered", "flow"):
                acknowledged.append(at_ns)
        if client.role == "raw":
            times = [at_ns for word, _, at_ns in lines if word == "answered"]
            waits = [later - sooner for sooner, later in itertools.pairwise(times)]
            outcome.longest_wait_s = max(outcome.longest_wait_s, max(waits, default=0) / 1e9)
    outcome.told = {
        word: len(what) for word, what in told.items() if word not in ("answered", "in", "out", "ended")
    }
    outcome.wrong += sorted(f"failed: {what}" for what in told.get("failed", ()))
    acknowledged.sort()
    outcome.gaps = [
        (min((at_ns for at_ns in acknowledged if at_ns > kill), default=kill) - kill) / 1e9 for kill in killed
    ]
    if servers > 1 and outcome.longest_wait_s > GAP_S:
        outcome.wrong.append(f"a client waited {outcome.longest_wait_s:.1f} s for an answer")
    _judge_runs(outcome, told, caller)
    _judge_rest(outcome, told, caller)
    _judge_slots(outcome, clients, caller)


def _judge_runs(outcome: Outcome, told: dict[str, set[str]], caller: Caller) -> None:
    flow_runs = told.get("flow", set()) | told.get("run", set())
    for kind, path, wanted in (
        ("flow run", "flow_runs", flow_runs),
        ("task run", "task_runs", told.get("task", set())),
    ):
        missing, states = set(wanted), dict[str, int]()
        for page in pages(wanted):
            body = {path: {"id": {"any_": page}}, "limit": PAGE}
            for run in caller.expect("POST", f"/{path}/filter", body):
                missing.discard(run["id"])
                states[run["state"]["type"]] = states.get(run["state"]["type"], 0) + 1
        if missing:
            outcome.wrong.append(f"{len(missing)} acknowledged {kind}s are gone: {sorted(missing)[:5]}")
        if others := {type_: count for type_, count in states.items() if type_ != "COMPLETED"}:
            outcome.wrong.append(f"{kind}s that ended are {others}")
    # all runs of the load, those included whose client heard nothing
    body = {"flow_runs": {"state": {"type": {"not_any_": sorted(FINAL)}}}}
    if live := caller.expect("POST", "/flow_runs/count", body):
        outcome.wrong.append(f"{live} flow runs have not ended")
    body = {"task_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}}
    if live := caller.expect("POST", "/task_runs/count", body):
        outcome.wrong.append(f"{live} task runs have not ended")


def _judge_rest(outcome: Outcome, told: dict[str, set[str]], caller: Caller) -> None:
    kept: set[str] = set()
    for page in pages(told.get("run", ()), 20):
        for run_id in page:
            for state in caller.expect("GET", f"/flow_run_states/?flow_run_id={run_id}"):
                kept.add(state["id"])
    if gone := told.get("state", set()) - kept:
        outcome.wrong.append(f"{len(gone)} acknowledged states are gone")
    lines: dict[str, int] = {}
    for page in pages(told.get("lines", ()), PAGE // LINES // 2):
        body = {"logs": {"flow_run_id": {"any_": page}}, "limit": PAGE}
        for line in caller.expect("POST", "/logs/filter", body):
            lines[line["flow_run_id"]] = lines.get(line["flow_run_id"], 0) + 1
    if wrong := [run for run in told.get("lines", ()) if lines.get(run) != LINES]:
        outcome.wrong.append(f"{len(wrong)} runs have not {LINES} lines each: {lines.get(wrong[0])}")
    newest: dict[str, int] = {}
    for name, _, value in (what.partition("=") for what in told.get("variable", ())):
        newest[name] = max(newest.get(name, 0), int(value))
    for name, value in newest.items():
        if (found := caller.expect("GET", f"/variables/name/{name}")["value"]) < value:
            outcome.wrong.append(f"the variable {name} is {found}, {value} was acknowledged")
    missing = set(told.get("event", ()))
    for page in pages(told.get("event", ()), 50):
        body = {"filter": {"id": {"id": page}}, "limit": 50}
        missing -= {event["id"] for event in caller.expect("POST", "/events/filter", body)["events"]}
    if missing:
        outcome.wrong.append(f"{len(missing)} acknowledged events are gone")


def _judge_slots(outcome: Outcome, clients: Sequence[Client], caller: Caller) -> None:
    steps: list[tuple[int, int]] = []
    for client in clients:
        steps += [
            (at_ns, int(what) if word == "in" else -int(what))
            for word, what, at_ns in client.told()
            if word in ("in", "out")
        ]
    held = most = 0
    for _, change in sorted(steps):
        held += change
        most = max(most, held)
    outcome.told["slots held"] = len(steps) // 2
    if most > SLOTS:
        outcome.wrong.append(f"{most} slots were held of {SLOTS}")
    until_s = time.monotonic() + SETTLE_S
    while taken := caller.expect("GET", f"/v2/concurrency_limits/{LIMIT}")["active_slots"]:
        if time.monotonic() > until_s:
            outcome.wrong.append(f"{taken} slots are held by nobody after {SETTLE_S:.0f} s")
            return
        time.sleep(WAIT_S)


def pages(ids: Iterable[str], size: int = PAGE) -> list[list[str]]:
    whole = sorted(ids)
    return [whole[place : place + size] for place in range(0, len(whole), size)]


def report(outcome: Outcome, seconds: float, servers: int) -> str:
    """The figures as lines of Markdown."""
    told = ", ".join(f"{word} {count}" for word, count in sorted(outcome.told.items()))
    gaps = sorted(outcome.gaps)
    lines = [
        f"{outcome.kills} kills in {seconds:.0f} s; load: {', '.join(LOAD)}",
        f"acknowledged: {told}",
        (
            f"from a kill to the next acknowledgement: median {median(gaps):.2f} s,"
            f" longest {max(gaps, default=0):.2f} s"
        ),
        f"longest time between two answers of one client: {outcome.longest_wait_s:.2f} s",
    ]
    if servers > 1:
        crashed = outcome.crashed_s
        lines.append(
            f"runs whose process died with a server were Crashed after {median(crashed):.1f} s (median), at"
            f" most {max(crashed, default=0):.1f} s"
        )
    lines.append(f"broken requirements: {len(outcome.wrong)}")
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="SIGKILL of a server at random moments under load.")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--servers", type=int, choices=[1, 2], default=1)
    parser.add_argument("--results", type=Path, help="the page that gets the figures")
    options = parser.parse_args(arguments)
    store = "postgres" if options.servers > 1 else options.store
    with tempfile.TemporaryDirectory(prefix="server-kills-") as folder:
        began_s = time.monotonic()
        outcome = campaign(options.kills, options.seed, Path(folder), store, options.servers)
        text = report(outcome, time.monotonic() - began_s, options.servers)
    of = "PostgreSQL" if store == "postgres" else "SQLite"
    what = f"{'two servers' if options.servers > 1 else 'one server'} on {of}"
    publish(text, outcome.wrong, options.results, f"Kills of a server: {what}", arguments)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
