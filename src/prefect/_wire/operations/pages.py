"""Endpoints that answer lists in pages, with how many there are in all."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/flows/paginate",
    "pages.flows",
    body="prefect._wire.pages:FlowsPage",
    reply="prefect._wire.flows:FlowPaginationResponse",
    reads=True,
    summary="List a page of flows",
)
op(
    "POST",
    "/flow_runs/paginate",
    "pages.flow_runs",
    body="prefect._wire.pages:FlowRunsPage",
    reply="prefect._wire.flow_runs:FlowRunPaginationResponse",
    reads=True,
    summary="List a page of flow runs",
)
op(
    "POST",
    "/task_runs/paginate",
    "pages.task_runs",
    body="prefect._wire.pages:TaskRunsPage",
    reply="prefect._wire.pages:TaskRunPaginationResponse",
    reads=True,
    summary="List a page of task runs",
)
