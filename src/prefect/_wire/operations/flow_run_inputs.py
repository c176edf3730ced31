"""Endpoints of the inputs of flow runs."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/flow_runs/{id}/input",
    "flow_run_inputs.create",
    body="prefect._wire.inputs:FlowRunInputCreate",
    status=201,
    errors=(404, 409),
    summary="Give a flow run an input",
)
op(
    "POST",
    "/flow_runs/{id}/input/filter",
    "flow_run_inputs.filter",
    body="prefect._wire.inputs:FlowRunInputsFilter",
    reply="prefect._wire.inputs:FlowRunInput[]",
    reads=True,
    summary="List inputs of a flow run",
)
op(
    "GET",
    "/flow_runs/{id}/input/{key}",
    "flow_run_inputs.read",
    errors=(404,),
    reads=True,
    answers_text=True,
    summary="Read the value of an input",
)
op(
    "DELETE",
    "/flow_runs/{id}/input/{key}",
    "flow_run_inputs.delete",
    status=204,
    errors=(404,),
    summary="Remove an input",
)
