"""Endpoints of flow runs."""

from __future__ import annotations

from prefect._wire.operation import op

_RUN = "prefect._wire.flow_runs:FlowRunResponse"
_CREATE = "prefect._wire.flow_runs:FlowRunCreate"
_UPDATE = "prefect._wire.flow_runs:FlowRunUpdate"
_SET_STATE = "prefect._wire.flow_runs:SetState"
_RESULT = "prefect._wire.states:OrchestrationResult"
_FILTER = "prefect._wire.requests:FlowRunsFilter"
_COUNT = "prefect._wire.requests:FlowRunsCount"

op(
    "POST",
    "/flow_runs/",
    "flow_runs.create",
    body=_CREATE,
    reply=_RUN,
    status=201,
    may_exist=True,
    errors=(404, 409),
    summary="Create a flow run",
)
op(
    "PATCH",
    "/flow_runs/{id}",
    "flow_runs.update",
    body=_UPDATE,
    status=204,
    errors=(400, 404),
    summary="Change a flow run",
)
op(
    "GET",
    "/flow_runs/{id}",
    "flow_runs.read",
    reply=_RUN,
    errors=(404,),
    reads=True,
    summary="Read a flow run",
)
op("DELETE", "/flow_runs/{id}", "flow_runs.delete", status=204, errors=(404,), summary="Remove a flow run")
op("POST", "/flow_runs/count", "flow_runs.count", body=_COUNT, reads=True, summary="Count flow runs")
op(
    "POST",
    "/flow_runs/filter",
    "flow_runs.filter",
    body=_FILTER,
    reply=f"{_RUN}[]",
    reads=True,
    summary="List flow runs",
)
op(
    "POST",
    "/flow_runs/{id}/set_state",
    "flow_runs.set_state",
    body=_SET_STATE,
    reply=_RESULT,
    status=201,
    may_exist=True,
    errors=(404,),
    summary="Propose a state for a flow run",
)
op(
    "PATCH",
    "/flow_runs/{id}/labels",
    "flow_runs.update_labels",
    body="prefect._wire.common:KeyValueLabels",
    status=204,
    errors=(404,),
    summary="Add labels to a flow run",
)
op(
    "POST",
    "/flow_runs/{id}/resume",
    "flow_runs.resume",
    body="prefect._wire.inputs:Resume",
    body_optional=True,
    reply=_RESULT,
    status=201,
    may_exist=True,
    errors=(404,),
    summary="Resume a paused flow run",
)
