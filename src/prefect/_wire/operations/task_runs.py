"""Endpoints of task runs."""

from __future__ import annotations

from prefect._wire.operation import op

_RUN = "prefect._wire.task_runs:TaskRun"
_CREATE = "prefect._wire.task_runs:TaskRunCreate"
_UPDATE = "prefect._wire.task_runs:TaskRunUpdate"
_SET_STATE = "prefect._wire.flow_runs:SetState"
_RESULT = "prefect._wire.states:OrchestrationResult"
_FILTER = "prefect._wire.requests:TaskRunsFilter"
_COUNT = "prefect._wire.requests:TaskRunsCount"

op(
    "POST",
    "/task_runs/",
    "task_runs.create",
    body=_CREATE,
    reply=_RUN,
    status=201,
    may_exist=True,
    errors=(409,),
    summary="Create a task run",
)
op(
    "POST",
    "/task_runs/defer",
    "task_runs.defer",
    body="prefect._wire.task_runs:TaskRunDefer",
    reply=_RUN,
    status=201,
    may_exist=True,
    errors=(409,),
    summary="Create a task run for task workers, and keep its parameters",
)
op(
    "PATCH",
    "/task_runs/{id}",
    "task_runs.update",
    body=_UPDATE,
    status=204,
    errors=(404,),
    summary="Change a task run",
)
op(
    "GET",
    "/task_runs/{id}",
    "task_runs.read",
    reply=_RUN,
    errors=(404,),
    reads=True,
    summary="Read a task run",
)
op("DELETE", "/task_runs/{id}", "task_runs.delete", status=204, errors=(404,), summary="Remove a task run")
op("POST", "/task_runs/count", "task_runs.count", body=_COUNT, reads=True, summary="Count task runs")
op(
    "POST",
    "/task_runs/filter",
    "task_runs.filter",
    body=_FILTER,
    reply=f"{_RUN}[]",
    reads=True,
    summary="List task runs",
)
op(
    "POST",
    "/task_runs/{id}/set_state",
    "task_runs.set_state",
    body=_SET_STATE,
    reply=_RESULT,
    status=201,
    may_exist=True,
    errors=(404,),
    summary="Propose a state for a task run",
)
