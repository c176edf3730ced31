"""Endpoints of deployments."""

from __future__ import annotations

from prefect._wire.operation import op

_DEPLOYMENT = "prefect._wire.deployments:DeploymentResponse"

op(
    "POST",
    "/deployments/",
    "deployments.create",
    body="prefect._wire.deployments:DeploymentCreate",
    reply=_DEPLOYMENT,
    status=201,
    errors=(404, 409),
    summary="Create a deployment, or change the one of that flow and name",
)
op(
    "PATCH",
    "/deployments/{id}",
    "deployments.update",
    body="prefect._wire.deployments:DeploymentUpdate",
    status=204,
    errors=(404, 409),
    summary="Change a deployment",
)
op(
    "GET",
    "/deployments/{id}",
    "deployments.read",
    reply=_DEPLOYMENT,
    errors=(404,),
    reads=True,
    summary="Read a deployment",
)
op(
    "DELETE",
    "/deployments/{id}",
    "deployments.delete",
    status=204,
    errors=(404,),
    summary="Remove a deployment",
)
op(
    "GET",
    "/deployments/name/{flow_name}/{deployment_name}",
    "deployments.read_by_name",
    reply=_DEPLOYMENT,
    errors=(404,),
    reads=True,
    summary="Read a deployment by the names of its flow and its own",
)
op(
    "POST",
    "/deployments/count",
    "deployments.count",
    body="prefect._wire.deployments:DeploymentsCount",
    reads=True,
    summary="Count deployments",
)
op(
    "POST",
    "/deployments/filter",
    "deployments.filter",
    body="prefect._wire.deployments:DeploymentsFilter",
    reply=f"{_DEPLOYMENT}[]",
    reads=True,
    summary="List deployments",
)
