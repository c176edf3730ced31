"""A history of its own for each test, and a count of what is asked of the link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._base.drive import drive
from prefect._link import choose
from prefect._wire.operation import Operation, named
from prefect.settings import active
from prefect.testing.utilities import prefect_test_harness


class History:
    """What the store knows of the runs of a test."""

    def call(self, operation: str, **args: Any) -> Any:
        return drive(choose.blocking().call(named(operation), **args))

    def flow_runs(self) -> list[dict[str, Any]]:
        """All flow runs, the oldest first."""
        runs = self.call("flow_runs.filter", body={"limit": 200})
        return sorted(runs, key=lambda run: (run["created"], run["id"]))

    def task_runs(self) -> list[dict[str, Any]]:
        """All task runs, the oldest first."""
        runs = self.call("task_runs.filter", body={"limit": 200})
        return sorted(runs, key=lambda run: (run["created"], run["id"]))

    def flow_states(self, run: dict[str, Any]) -> list[str]:
        """The names of the states that a flow run went through."""
        return [s["name"] for s in self.call("run_states.read_for_flow_run", flow_run_id=run["id"])]

    def lines(self) -> list[dict[str, Any]]:
        """The lines of log, the oldest first."""
        return self.call("logs.filter", body={"sort": "TIMESTAMP_ASC"})


@pytest.fixture(autouse=True)
def history() -> Iterator[History]:
    with prefect_test_harness():
        yield History()


@pytest.fixture
def stored() -> Callable[[], list[Path]]:
    """The files of the result storage."""

    def files() -> list[Path]:
        root = Path(active()["results.local_storage_path"])
        return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []

    return files


@pytest.fixture
def asked(history: History, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each operation was asked for, by its name."""
    counts: Counter[str] = Counter()
    call = type(choose.blocking()).call

    async def counting(link: Any, operation: Operation, /, **args: Any) -> Any:
        counts[operation.name] += 1
        return await call(link, operation, **args)

    monkeypatch.setattr(type(choose.blocking()), "call", counting)
    return counts
