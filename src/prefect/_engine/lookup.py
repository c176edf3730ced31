"""What is known of runs that do not live in this process, asked through the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._wire.operation import named

if TYPE_CHECKING:
    from prefect._engine.future import PrefectConcurrentFuture
    from prefect._wire.states import State

choose: Any = lazy.module("prefect._link.choose")
wire_states: Any = lazy.module("prefect._wire.states")


def _read(operation: str, id_: str) -> dict[str, Any]:
    return drive(choose.blocking().call(named(operation), id=id_))


def flow_run(id_: str) -> dict[str, Any]:
    return _read("flow_runs.read", id_)


def task_run(id_: str) -> dict[str, Any]:
    return _read("task_runs.read", id_)


def flow(id_: str) -> dict[str, Any]:
    return _read("flows.read", id_)


def deployment(id_: str) -> dict[str, Any]:
    return _read("deployments.read", id_)


def task_run_state(id_: UUID) -> State[Any]:
    """The state of a task run as the API knows it; Pending while it knows none."""
    return wire_states.State.model_validate(task_run(str(id_))["state"])


def live_state(future: PrefectConcurrentFuture[Any]) -> State[Any]:
    """The state of a submitted run that has not ended."""
    run = future.run
    if run is None and future.completion.done:  # it has ended in this very moment
        return future.state
    state = run.public_state() if run is not None else None
    return task_run_state(future.task_run_id) if state is None else state
