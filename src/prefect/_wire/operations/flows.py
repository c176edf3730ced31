"""Endpoints of flows."""

from __future__ import annotations

from prefect._wire.operation import op

_FLOW = "prefect._wire.flows:Flow"
_CREATE = "prefect._wire.flows:FlowCreate"
_UPDATE = "prefect._wire.flows:FlowUpdate"
_FILTER = "prefect._wire.requests:FlowsFilter"
_COUNT = "prefect._wire.requests:FlowsCount"

op(
    "POST",
    "/flows/",
    "flows.create",
    body=_CREATE,
    reply=_FLOW,
    status=201,
    may_exist=True,
    summary="Create a flow or get it",
)
op("PATCH", "/flows/{id}", "flows.update", body=_UPDATE, status=204, errors=(404,), summary="Change a flow")
op("GET", "/flows/{id}", "flows.read", reply=_FLOW, errors=(404,), reads=True, summary="Read a flow")
op("DELETE", "/flows/{id}", "flows.delete", status=204, errors=(404,), summary="Remove a flow and its runs")
op("POST", "/flows/count", "flows.count", body=_COUNT, reads=True, summary="Count flows")
op(
    "GET",
    "/flows/name/{name}",
    "flows.read_by_name",
    reply=_FLOW,
    errors=(404,),
    reads=True,
    summary="Read a flow by its name",
)
op(
    "POST",
    "/flows/filter",
    "flows.filter",
    body=_FILTER,
    reply=f"{_FLOW}[]",
    reads=True,
    summary="List flows",
)
