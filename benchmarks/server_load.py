"""Clients that load a server and tell in side files what it has acknowledged; each is a process of its own.

    python benchmarks/server_load.py ROLE API_URL SIDE_FILE STOP_FILE NUMBER

`flows` runs flows with tasks by the SDK, `raw` sends requests and repeats what was not answered, `holder`
takes and gives back slots of a limit. They go on until the stop file is there. A line of the side file is a
word, what it is about, and the time (monotonic nanoseconds); it is written when the acknowledgement is there.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from serving import Caller

LIMIT, SLOTS = "kills", 3
TASKS = 12
LINES = 5
REPEAT_S = 0.05
Tell = Callable[..., None]


def teller(side: Path) -> Tell:
    """Appends a line with one write."""
    fd = os.open(side, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def tell(*words: object) -> None:
        os.write(fd, f"{' '.join(map(str, words))} {time.monotonic_ns()}\n".encode())

    return tell


def flows(tell: Tell, stop: Path, number: int) -> None:
    """Flows of some tasks, called and mapped, one flow after the other."""
    from prefect import flow, task
    from prefect.runtime import flow_run, task_run

    @task
    def step(place: int) -> str:
        time.sleep(place % 5 / 1000)
        return task_run.id

    @flow
    def of_tasks() -> list[str]:
        tell("begun", flow_run.id)
        called = [step(place) for place in range(TASKS // 2)]
        return [flow_run.id, *called, *step.map(range(TASKS // 2)).result()]

    while not stop.exists():
        try:
            run_id, *task_ids = of_tasks()
        except Exception as error:  # noqa: BLE001 - any is told of
            tell("failed", repr(error).replace(" ", "_").replace("\n", "_"))
            continue
        tell("flow", run_id)
        for id in task_ids:
            tell("task", id)


def stuck(tell: Tell, stop: Path, number: int) -> None:
    """One flow that does not end by itself: whoever kills it looks what becomes of its run."""
    from prefect import flow
    from prefect.runtime import flow_run

    @flow
    def endless() -> None:
        tell("stuck", flow_run.id)
        while not stop.exists():
            time.sleep(0.01)

    endless()


class Patient:
    """Repeats a request until it is answered."""

    def __init__(self, url: str, tell: Tell) -> None:
        self._caller = Caller(url, 10.0)
        self._tell = tell

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any, bool]:
        """Status and answer of the last try, and whether it was the first one."""
        first = True
        while True:
            try:
                status, answer = self._caller.call(method, path, body)
            except OSError:
                status, answer = 0, None
            if status and status not in (429, 503):
                if status >= 500:
                    self._tell("failed", f"{method}_{path}_{status}_{answer}".replace(" ", "_"))
                self._tell("answered", path.split("/")[1])
                return status, answer, first
            first = False
            time.sleep(REPEAT_S)


def raw(tell: Tell, stop: Path, number: int, url: str) -> None:
    """Runs with their states, lines of log, a variable that counts, events; with ids of its own making."""
    server = Patient(url, tell)
    flow_id = server.call("POST", "/flows/", {"name": f"raw-{number}"})[1]["id"]
    server.call("POST", "/variables/", {"name": f"raw_{number}", "value": 0})
    count = 0
    while not stop.exists():
        count += 1
        body = {"flow_id": flow_id, "idempotency_key": str(uuid4()), "state": {"type": "PENDING"}}
        run_id = server.call("POST", "/flow_runs/", body)[1]["id"]
        tell("run", run_id)
        for type_ in ("RUNNING", "COMPLETED"):
            move(server, tell, run_id, type_)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        lines = [
            {"id": str(uuid4()), "timestamp": at, "level": 20, "name": "raw", "message": f"{count}-{each}",
             "flow_run_id": run_id}
            for each in range(LINES)
        ]  # fmt: skip
        if server.call("POST", "/logs/", lines)[0] == 201:
            tell("lines", run_id)
        if server.call("PATCH", f"/variables/name/raw_{number}", {"value": count})[0] == 204:
            tell("variable", f"raw_{number}={count}")
        event = {
            "id": str(uuid4()), "occurred": at, "event": "kills.counted",
            "resource": {"prefect.resource.id": f"raw.{number}"},
        }  # fmt: skip
        if server.call("POST", "/events", [event])[0] == 204:
            tell("event", event["id"])


def move(server: Patient, tell: Tell, run_id: str, type_: str) -> None:
    """Set a state; where the answer was lost, look whether the server has it."""
    body = {"state": {"type": type_}}
    while True:
        status, answer, first = server.call("POST", f"/flow_runs/{run_id}/set_state", body)
        if status < 300 and answer["status"] == "ACCEPT":
            tell("state", answer["state"]["id"])
            return
        run = server.call("GET", f"/flow_runs/{run_id}")[1]
        if not first and run["state"]["type"] == type_:
            tell("state", run["state"]["id"])
            return
        tell("failed", f"set_state_{type_}_{status}_{answer}".replace(" ", "_"))
        return


def holder(tell: Tell, stop: Path, number: int) -> None:
    """Slots of one limit, held for a moment at a time."""
    from prefect.concurrency.sync import concurrency

    count = 0
    while not stop.exists():
        count += 1
        try:
            with concurrency(LIMIT, occupy=1 + count % 2, timeout_seconds=120, lease_duration=60):
                tell("in", 1 + count % 2)
                time.sleep(0.01 + 0.03 * (count % 3))
                tell("out", 1 + count % 2)
        except Exception as error:  # noqa: BLE001 - any is told of
            tell("failed", repr(error).replace(" ", "_").replace("\n", "_"))


def main(arguments: list[str]) -> int:
    role, url, side, stop, number = arguments
    tell = teller(Path(side))
    if role == "raw":
        raw(tell, Path(stop), int(number), url)
    else:
        {"flows": flows, "holder": holder, "stuck": stuck}[role](tell, Path(stop), int(number))
    tell("ended", role)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
