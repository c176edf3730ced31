"""Endpoints that change many objects at once."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/flows/bulk_delete",
    "bulk.delete_flows",
    body="prefect._wire.pages:FlowsDelete",
    body_optional=True,
    reply="prefect._wire.flows:FlowBulkDeleteResponse",
    summary="Remove flows and their runs",
)
op(
    "POST",
    "/flow_runs/bulk_delete",
    "bulk.delete_flow_runs",
    body="prefect._wire.pages:FlowRunsDelete",
    body_optional=True,
    reply="prefect._wire.flow_runs:FlowRunBulkDeleteResponse",
    summary="Remove flow runs",
)
op(
    "POST",
    "/flow_runs/bulk_set_state",
    "bulk.set_flow_run_states",
    body="prefect._wire.pages:FlowRunsSetState",
    reply="prefect._wire.flow_runs:FlowRunBulkSetStateResponse",
    summary="Propose a state for many flow runs",
)
