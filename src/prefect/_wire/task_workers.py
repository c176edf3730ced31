"""Task workers as the API speaks of them: processes that take background task runs."""

from __future__ import annotations

from pydantic import Field

from prefect._wire.common import DateTime, PrefectBaseModel, RequestBody
from prefect._wire.task_runs import TaskRun

LONGEST_WAIT_S = 60.0
MOST_RUNS = 100


class TaskWorkerResponse(PrefectBaseModel):
    """A task worker that is connected, and the tasks that it serves."""

    identifier: str
    task_keys: list[str]
    timestamp: DateTime


class TaskWorkerFilter(PrefectBaseModel):
    """Task workers that serve at least one of these tasks."""

    task_keys: list[str]


class TaskWorkersFilter(RequestBody):
    """Which task workers."""

    task_worker_filter: TaskWorkerFilter | None = None


class TaskRunsTake(RequestBody):
    """How many runs of which tasks a worker wants, and how long it waits for the first.

    `connection` is an id that the worker has made for itself; with a `limit` of 0 it only says that it is
    there.
    """

    connection: str
    identifier: str
    task_keys: list[str]
    limit: int = Field(default=1, ge=0, le=MOST_RUNS)
    wait_s: float = Field(default=0.0, ge=0.0, le=LONGEST_WAIT_S)


class TakenTaskRun(PrefectBaseModel):
    """A run, and the record of its parameters if the server keeps it."""

    task_run: TaskRun
    parameters: str | None = None


class TakenTaskRuns(PrefectBaseModel):
    """Runs that belong to the worker from now on."""

    runs: list[TakenTaskRun] = Field(default_factory=list[TakenTaskRun])


class TaskWorkerLeave(RequestBody):
    """Which worker goes."""

    connection: str
