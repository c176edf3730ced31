"""Endpoints that pages of the web UI ask."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/ui/flows/count-deployments",
    "ui.count_deployments",
    body="prefect._wire.ui:FlowIds",
    reads=True,
    summary="Count the deployments of flows",
)
op(
    "POST",
    "/ui/flows/next-runs",
    "ui.next_runs",
    body="prefect._wire.ui:FlowIds",
    reads=True,
    summary="The runs of flows that are due next",
)
op(
    "POST",
    "/ui/flow_runs/history",
    "ui.runs_over_time",
    body="prefect._wire.ui:RunsOverTime",
    reply="prefect._wire.ui:SimpleFlowRun[]",
    reads=True,
    summary="Flow runs as points over time",
)
op(
    "POST",
    "/ui/flow_runs/count-task-runs",
    "ui.count_task_runs",
    body="prefect._wire.ui:FlowRunIds",
    reads=True,
    summary="Count the task runs of flow runs",
)
op(
    "POST",
    "/ui/task_runs/dashboard/counts",
    "ui.task_runs_over_time",
    body="prefect._wire.ui:DashboardCounts",
    reply="prefect._wire.ui:TaskRunCount[]",
    reads=True,
    summary="Count ended task runs over time",
)
op(
    "POST",
    "/ui/task_runs/count",
    "ui.task_runs_by_state",
    body="prefect._wire.requests:TaskRunsCount",
    reply="prefect._wire.states:CountByState",
    reads=True,
    summary="Count task runs by state",
)
op(
    "GET",
    "/ui/task_runs/{id}",
    "ui.task_run",
    reply="prefect._wire.ui:UITaskRun",
    errors=(404,),
    reads=True,
    summary="Read a task run with the name of its flow run",
)
op(
    "POST",
    "/ui/schemas/validate",
    "ui.validate",
    body="prefect._wire.ui:SchemaAndValues",
    reply="prefect._wire.ui:SchemaValuesValidationResponse",
    reads=True,
    summary="Check values against a schema",
)
