"""A server goes away in the middle of a flow: the flow goes on, and all of it is told afterwards, once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from prefect import flow, settings, task
from prefect._base.drive import drive
from prefect._link import choose
from prefect._store.check import violations
from prefect._store.sqlite.store import TemporaryStore
from prefect._wire.operation import named

from .conftest import running

PROGRAM = Path(__file__).with_name("program.py")


class Server:
    """A server on one port, which can be taken away and brought back."""

    def __init__(self, store: TemporaryStore) -> None:
        self._store = store
        self._running = ExitStack()
        self.url = self._running.enter_context(running(store))
        self._port = urlsplit(self.url).port or 0

    def stop(self) -> None:
        self._running.close()

    def start(self) -> None:
        self._running.enter_context(running(self._store, self._port))


@pytest.fixture
def server(store: TemporaryStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    found = Server(store)
    monkeypatch.setenv("PREFECT_API_URL", found.url)
    settings.refresh()
    yield found
    choose.reset()
    found.stop()


def told(operation: str, **arguments: Any) -> Any:
    return drive(choose.blocking().call(named(operation), **arguments))


def runs_by_state(tasks: bool) -> dict[str, int]:
    found = told("task_runs.filter" if tasks else "flow_runs.filter", body={"limit": 200})
    names = [run["state"]["name"] for run in found]
    return {name: names.count(name) for name in set(names)}


def until(holds: Callable[[], bool], within_s: float = 20.0) -> None:
    pause, end = threading.Event(), time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        pause.wait(0.02)


def test_a_flow_goes_on_without_its_server_and_all_arrives(server: Server, store: TemporaryStore) -> None:
    @task
    def one(number: int) -> int:
        return number

    @flow
    def counting() -> int:
        total = one(0)
        server.stop()
        total += sum(one(number) for number in range(1, 50))
        return total

    assert counting() == sum(range(50))  # ended while nobody was there
    server.start()
    drive(choose.blocking().flush())
    until(lambda: runs_by_state(tasks=False) == {"Completed": 1})
    assert runs_by_state(tasks=True) == {"Completed": 50}
    history = told("run_states.read_for_flow_run", flow_run_id=told("flow_runs.filter", body={})[0]["id"])
    assert [state["name"] for state in history] == ["Pending", "Running", "Completed"]


def test_a_flow_waits_with_what_needs_an_answer(server: Server) -> None:
    @flow
    def inner() -> int:
        return 1

    @flow
    def outer() -> int:
        server.stop()

        threading.Timer(0.5, server.start).start()
        return inner()

    assert outer() == 1
    drive(choose.blocking().flush())
    until(lambda: runs_by_state(tasks=False) == {"Completed": 2})


@contextmanager
def program(home: Path, url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PREFECT_HOME": str(home), "PREFECT_API_URL": url}
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), *arguments],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def journals(home: Path) -> list[Path]:
    return list((home / "journal").glob("*/*/events-*.seg"))


def test_the_next_process_delivers_what_a_killed_one_left(
    server: Server, store: TemporaryStore, home: Path
) -> None:
    with program(home, server.url, "die") as process:
        assert line(process) == "begun"
        server.stop()
        go_on(process)
        assert line(process) == "counted"
        until(lambda: bool(journals(home)) and sum(path.stat().st_size for path in journals(home)) > 15_000)
        go_on(process)
        process.wait(20)
    assert journals(home)
    server.start()
    told("flows.count", body={})  # any process of that home that opens a link
    until(lambda: not journals(home))
    assert runs_by_state(tasks=True)["Completed"] >= 19
    history = [
        state["name"]
        for run in told("task_runs.filter", body={"limit": 200})
        for state in told("run_states.read_for_task_run", task_run_id=run["id"])
    ]
    assert history.count("Completed") == runs_by_state(tasks=True)["Completed"]
    assert history.count("Running") == 20
    until(lambda: not list((home / "journal").glob("*/*")))
    assert violations(store.path) == []


def test_a_process_that_ends_without_its_server_leaves_all_to_the_next(server: Server, home: Path) -> None:
    with program(home, server.url) as process:
        assert line(process) == "begun"
        server.stop()
        go_on(process)
        assert line(process) == "counted"
        go_on(process)
        assert line(process) == "190"
        assert process.wait(30) == 0
    server.start()
    told("flows.count", body={})
    until(lambda: runs_by_state(tasks=False) == {"Completed": 1})
    assert runs_by_state(tasks=True) == {"Completed": 20}
