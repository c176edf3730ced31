"""Endpoints that count runs over time."""

from __future__ import annotations

from prefect._wire.operation import op

_HISTORY = "prefect._wire.histories:HistoryResponse[]"

op(
    "POST",
    "/flow_runs/history",
    "histories.flow_runs",
    body="prefect._wire.histories:FlowRunsHistory",
    reply=_HISTORY,
    reads=True,
    summary="Count flow runs over time",
)
op(
    "POST",
    "/task_runs/history",
    "histories.task_runs",
    body="prefect._wire.histories:TaskRunsHistory",
    reply=_HISTORY,
    reads=True,
    summary="Count task runs over time",
)
op(
    "POST",
    "/flow_runs/lateness",
    "histories.lateness",
    body="prefect._wire.requests:FlowRunsCount",
    reads=True,
    summary="By how many seconds flow runs are late on average",
)
