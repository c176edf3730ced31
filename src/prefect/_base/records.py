"""What the engine hands over without waiting: transitions of task runs and lines of log.

They are values with the columns of their tables. JSON columns are text already (made once per run), so that
writing a batch costs nothing but the writing.
"""

from __future__ import annotations

from typing import NamedTuple

from prefect._base.state import StateValue


class TaskRunRow(NamedTuple):
    """A task run as it stands after one of its transitions.

    Instants are microseconds since 1970, durations too.
    """

    id: str
    name: str
    flow_run_id: str | None
    task_key: str
    dynamic_key: str
    created_us: int
    task_version: str | None = None
    cache_key: str | None = None
    cache_expiration_us: int | None = None
    empirical_policy: str = "{}"
    task_inputs: str = "{}"
    tags: str = "[]"
    labels: str = "{}"
    flow_run_run_count: int = 0
    run_count: int = 0
    expected_start_us: int | None = None
    next_scheduled_us: int | None = None
    start_us: int | None = None
    end_us: int | None = None
    total_run_us: int = 0


class TaskTransition(NamedTuple):
    """One state of a task run, with the run as it stands in that state."""

    run: TaskRunRow
    state: StateValue


class LogLine(NamedTuple):
    """One line of log; `level` is the number of the standard library's levels."""

    id: str
    at_us: int
    level: int
    name: str
    message: str
    flow_run_id: str | None
    task_run_id: str | None
    worker_id: str | None = None
