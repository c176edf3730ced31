"""Endpoints of variables."""

from __future__ import annotations

from prefect._wire.operation import op

_VARIABLE = "prefect._wire.variables:Variable"
_CREATE = "prefect._wire.variables:VariableCreate"
_UPDATE = "prefect._wire.variables:VariableUpdate"
_FILTER = "prefect._wire.variables:VariablesFilter"
_COUNT = "prefect._wire.variables:VariablesCount"

op(
    "POST",
    "/variables/",
    "variables.create",
    body=_CREATE,
    reply=_VARIABLE,
    status=201,
    errors=(409,),
    summary="Create a variable",
)
op(
    "POST",
    "/variables/filter",
    "variables.filter",
    body=_FILTER,
    reply=f"{_VARIABLE}[]",
    reads=True,
    summary="List variables",
)
op("POST", "/variables/count", "variables.count", body=_COUNT, reads=True, summary="Count variables")
op(
    "GET",
    "/variables/{id}",
    "variables.read",
    reply=_VARIABLE,
    errors=(404,),
    reads=True,
    summary="Read a variable",
)
op(
    "PATCH",
    "/variables/{id}",
    "variables.update",
    body=_UPDATE,
    status=204,
    errors=(404, 409),
    summary="Change a variable",
)
op("DELETE", "/variables/{id}", "variables.delete", status=204, errors=(404,), summary="Remove a variable")
op(
    "GET",
    "/variables/name/{name}",
    "variables.read_by_name",
    reply=_VARIABLE,
    errors=(404,),
    reads=True,
    summary="Read a variable by its name",
)
op(
    "PATCH",
    "/variables/name/{name}",
    "variables.update_by_name",
    body=_UPDATE,
    status=204,
    errors=(404, 409),
    summary="Change a variable, found by its name",
)
op(
    "DELETE",
    "/variables/name/{name}",
    "variables.delete_by_name",
    status=204,
    errors=(404,),
    summary="Remove a variable, found by its name",
)
