"""People and other programs who answer a run: threads and processes on one home."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from prefect import settings
from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._link import choose
from prefect._link.waiting import wait_for_change
from prefect._wire.operation import named

PATIENCE_S = 30.0


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    settings.refresh()
    choose.reset()
    yield tmp_path
    choose.reset()
    monkeypatch.undo()
    settings.refresh()


def call(operation: str, **args: Any) -> Any:
    return drive(choose.blocking().call(named(operation), **args))


class World:
    """What others see of the runs of this home, and do with them."""

    def __init__(self, home: Path, threads: ThreadPoolExecutor) -> None:
        self.home = home
        self._threads = threads

    call = staticmethod(call)

    def start(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        """Call it in another thread."""
        return self._threads.submit(function, *args, **kwargs)

    def runs(self, *types: str) -> list[dict[str, Any]]:
        body = {"flow_runs": {"state": {"type": {"any_": list(types)}}}} if types else {}
        return sorted(call("flow_runs.filter", body=body), key=lambda run: run["created"])

    def paused(self, count: int = 1) -> list[UUID]:
        """The ids of the paused runs, once there are `count`."""
        return self.until(lambda: self._paused(count))

    def _paused(self, count: int) -> list[UUID] | None:
        found = [UUID(run["id"]) for run in self.runs("PAUSED")]
        return found if len(found) >= count else None

    def until(self, look: Callable[[], Any]) -> Any:
        """What `look` finds as soon as it finds something."""
        link = choose.blocking()
        topics = ["prefect.flow-run.Paused", "prefect.flow-run.Running", "prefect.flow-run.input"]
        while True:
            position = drive(link.position())
            found = look()
            if found:
                return found
            news = drive(wait_for_change(link, BLOCKING, topics, PATIENCE_S, after=position))
            assert news, "nothing happened for too long"

    def states(self, run_id: UUID) -> list[str]:
        return [state["name"] for state in call("run_states.read_for_flow_run", flow_run_id=str(run_id))]

    def run(self, run_id: UUID) -> dict[str, Any]:
        return call("flow_runs.read", id=str(run_id))

    def python(self, text: str, *args: str) -> subprocess.Popen[str]:
        """A process that runs a program in this home."""
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(text), *args],
            env={**os.environ, "PREFECT_HOME": str(self.home), "PREFECT_LOGGING_LEVEL": "CRITICAL"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    with ThreadPoolExecutor(8) as threads:
        yield World(home, threads)


def said(process: subprocess.Popen[str]) -> str:
    """What the process said before it ended well."""
    out, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (0, "")
    return out.strip()
