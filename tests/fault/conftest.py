"""Programs that are run, hurt and judged from outside, each in a home of its own."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from prefect._store.check import violations

ROOT = Path(__file__).parents[2]
DEADLINE_S = 60.0


def environment(home: Path, **variables: str) -> dict[str, str]:
    """The environment of a child: its own home and `variables`, nothing of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "PREFECT_HOME": str(home), "PREFECT_LOGGING_LEVEL": "WARNING", **variables}


def benchmark(name: str) -> ModuleType:
    """A program of the folder ``benchmarks`` as a module; they import one another by their plain names."""
    folder = str(ROOT / "benchmarks")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


class World:
    """A home, and the processes that run in it one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.variables: dict[str, str] = {}
        self.started = 0

    @property
    def database(self) -> Path:
        return self.home / "orchestrator.db"

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """A Python process that runs `program`."""
        self.started += 1
        file = self.folder / f"program-{self.started}.py"  # the ones before it may still be read
        file.write_text(textwrap.dedent(program))
        return subprocess.Popen(
            [sys.executable, str(file), *arguments],
            env=environment(self.home, **self.variables),
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`program`, run to its end."""
        process = self.start(program, *arguments)
        out, err = process.communicate(timeout=DEADLINE_S)
        return subprocess.CompletedProcess(program, process.returncode, out, err)

    def succeed(self, program: str, *arguments: str) -> str:
        """What `program` prints; it must end well."""
        done = self.run(program, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``prefect`` with `arguments`, run to its end."""
        return subprocess.run(
            [sys.executable, "-m", "prefect", *arguments],
            env=environment(self.home, **self.variables),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    def look(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Names of the states by the names of flows, and of tasks, as a fresh process reads them first.

        The invariants of the database are checked on the way.
        """
        out = self.succeed(LOOK)
        assert violations(self.database) == []
        flows: dict[str, list[str]] = {}
        tasks: dict[str, list[str]] = {}
        for line in out.splitlines():
            kind, name, state = line.split("\t")
            (flows if kind == "flow" else tasks).setdefault(name, []).append(state)
        return flows, tasks


LOOK = """
from prefect._base.drive import drive
from prefect._link import choose
from prefect._wire.operation import named

link = choose.blocking()
flows = {}
for run in drive(link.call(named("flow_runs.filter"), body={"limit": 200, "sort": "ID_DESC"})):
    if run["flow_id"] not in flows:
        flows[run["flow_id"]] = drive(link.call(named("flows.read"), id=run["flow_id"]))["name"]
    print("flow", flows[run["flow_id"]], run["state"]["name"], sep="\\t")
offset = 0
while page := drive(link.call(named("task_runs.filter"), body={"limit": 200, "offset": offset})):
    offset += len(page)
    for run in page:
        print("task", run["task_key"].rpartition("-")[0], run["state"]["name"], sep="\\t")
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="session")
def program() -> Callable[[str], ModuleType]:
    return benchmark
