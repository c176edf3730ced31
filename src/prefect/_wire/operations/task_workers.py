"""Endpoints of task workers."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/task_workers/filter",
    "task_workers.filter",
    body="prefect._wire.task_workers:TaskWorkersFilter",
    reply="prefect._wire.task_workers:TaskWorkerResponse[]",
    reads=True,
    summary="List the task workers that are connected",
)
op(
    "POST",
    "/task_workers/take",
    "task_workers.take",
    body="prefect._wire.task_workers:TaskRunsTake",
    reply="prefect._wire.task_workers:TakenTaskRuns",
    summary="Take due task runs for a task worker, waiting for the first if asked to",
)
op(
    "POST",
    "/task_workers/leave",
    "task_workers.leave",
    body="prefect._wire.task_workers:TaskWorkerLeave",
    status=204,
    summary="Say that a task worker that took runs is going away",
)
