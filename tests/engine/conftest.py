"""Each engine test has an empty history of its own, and reads it back through the link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from prefect._base.drive import drive
from prefect._link import choose
from prefect._wire.operation import named
from prefect.testing.utilities import prefect_test_harness


class History:
    """What the store knows of the runs of a test."""

    def _call(self, operation: str, **args: Any) -> Any:
        return drive(choose.blocking().call(named(operation), **args))

    def flow_runs(self) -> list[dict[str, Any]]:
        """All flow runs, the oldest first."""
        return sorted(self._call("flow_runs.filter", body={"limit": 200}), key=lambda run: run["created"])

    def task_runs(self) -> list[dict[str, Any]]:
        """All task runs, the oldest first."""
        runs = self._call("task_runs.filter", body={"limit": 200})
        return sorted(runs, key=lambda run: (run["created"], run["id"]))

    def count_task_runs(self, state_type: str) -> int:
        """How many task runs are in states of a type."""
        return self._call("task_runs.count", body={"task_runs": {"state": {"type": {"any_": [state_type]}}}})

    def flow_states(self, run: dict[str, Any]) -> list[str]:
        """The names of the states that a flow run went through."""
        return [s["name"] for s in self._call("run_states.read_for_flow_run", flow_run_id=run["id"])]

    def task_states(self, run: dict[str, Any]) -> list[str]:
        """The names of the states that a task run went through."""
        return [s["name"] for s in self._call("run_states.read_for_task_run", task_run_id=run["id"])]

    def log(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Kind, name (without random parts) and states of every run, sorted: what a scenario left behind."""
        flows = [("flow", self._flow(run), tuple(self.flow_states(run))) for run in self.flow_runs()]
        tasks = [("task", self._task(run), tuple(self.task_states(run))) for run in self.task_runs()]
        return sorted(flows + tasks)

    def messages(self) -> list[str]:
        """The lines of log, the oldest first."""
        return [line["message"] for line in self._call("logs.filter", body={"sort": "TIMESTAMP_ASC"})]

    def _flow(self, run: dict[str, Any]) -> str:
        return self._call("flows.read", id=run["flow_id"])["name"]

    @staticmethod
    def _task(run: dict[str, Any]) -> str:
        return run["task_key"].rpartition("-")[0]


@pytest.fixture(autouse=True)
def history() -> Iterator[History]:
    with prefect_test_harness():
        yield History()
