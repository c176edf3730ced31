"""Endpoints of claims on runs, beside the one of work pools."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/claims/deployments",
    "claims.deployments",
    body="prefect._wire.claims:DeploymentsClaim",
    reply="prefect._wire.claims:Claimed",
    summary="Claim due runs of deployments for one owner, waiting for the first if asked to",
)
op(
    "POST",
    "/claims/release",
    "claims.release",
    body="prefect._wire.claims:Release",
    reply="prefect._wire.claims:Released",
    summary="Give claimed runs back that have not been started",
)
