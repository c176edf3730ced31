"""One store per test, for each implementation there is: the conformance suite runs on all of them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import postgres

from prefect._base.ids import new_id
from prefect._base.records import LogLine, TaskRunRow, TaskTransition
from prefect._base.state import StateType, StateValue
from prefect._store import faults
from prefect._store.sqlite import SqliteStore, TemporaryStore
from prefect._store.store import Store


def _sqlite_file(folder: Path) -> Store:
    return SqliteStore(folder / "store" / "test.db")


def _sqlite_temporary(folder: Path) -> Store:
    return TemporaryStore()


def _postgres(folder: Path) -> Store:
    from prefect._store.postgres import PostgresStore

    return PostgresStore(postgres.cluster().ready())


IMPLEMENTATIONS: dict[str, Callable[[Path], Store]] = {
    "sqlite-file": _sqlite_file,
    "sqlite-temporary": _sqlite_temporary,
    "postgres": _postgres,
}


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = IMPLEMENTATIONS[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "test.db"


@pytest.fixture
def sqlite(path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _no_faults() -> Iterator[None]:
    yield
    faults.install(None)


@pytest.fixture
def transition() -> Callable[..., TaskTransition]:
    """``transition("RUNNING", at_us=5, run_id=...)``: a transition of a task run."""

    def make(
        type_: str = "COMPLETED", at_us: int = 1, run_id: str | None = None, **run: Any
    ) -> TaskTransition:
        run_id = run_id or new_id()
        row = TaskRunRow(run_id, "work-0", run.pop("flow_run_id", None), "work", run_id, created_us=1, **run)
        kind = StateType(type_)
        return TaskTransition(row, StateValue(kind, type_.title(), new_id(), at_us))

    return make


@pytest.fixture
def line() -> Callable[..., LogLine]:
    def make(message: str = "hello", at_us: int = 1) -> LogLine:
        return LogLine(new_id(), at_us, 20, "prefect.flow_runs", message, None, None)

    return make


@pytest.fixture
def python(path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a Python process on a script, which finds the path of the database in `sys.argv[1]`."""

    def start(script: str, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), str(path), *args],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )

    return start
