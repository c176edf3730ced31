"""Endpoints that tell how the parts of a flow run depend on each other."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "GET",
    "/flow_runs/{id}/graph",
    "graphs.dependencies",
    reply="prefect._wire.graphs:DependencyResult[]",
    errors=(404,),
    reads=True,
    summary="List the task runs of a flow run with what they depend on",
)
op(
    "GET",
    "/flow_runs/{id}/graph-v2",
    "graphs.read",
    query={"since": "datetime?"},
    reply="prefect._wire.graphs:Graph",
    errors=(400, 404),
    reads=True,
    summary="Read the graph of a flow run",
)
