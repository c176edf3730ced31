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
