"""Endpoints of artifacts."""

from __future__ import annotations

from prefect._wire.operation import op

_WIRE = "prefect._wire.artifacts"
_ARTIFACT = f"{_WIRE}:Artifact"

op(
    "POST",
    "/artifacts/",
    "artifacts.create",
    body=f"{_WIRE}:ArtifactCreate",
    reply=_ARTIFACT,
    status=201,
    summary="Create an artifact",
)
op(
    "POST",
    "/artifacts/filter",
    "artifacts.filter",
    body=f"{_WIRE}:ArtifactsFilter",
    reply=f"{_ARTIFACT}[]",
    reads=True,
    summary="List artifacts",
)
op(
    "POST",
    "/artifacts/latest/filter",
    "artifacts.filter_latest",
    body=f"{_WIRE}:LatestArtifactsFilter",
    reply=f"{_WIRE}:ArtifactCollection[]",
    reads=True,
    summary="List the latest artifact of each key",
)
op(
    "POST",
    "/artifacts/count",
    "artifacts.count",
    body=f"{_WIRE}:ArtifactsCount",
    reads=True,
    summary="Count artifacts",
)
op(
    "POST",
    "/artifacts/latest/count",
    "artifacts.count_latest",
    body=f"{_WIRE}:LatestArtifactsCount",
    reads=True,
    summary="Count keys of artifacts",
)
op(
    "GET",
    "/artifacts/{key}/latest",
    "artifacts.read_latest",
    reply=_ARTIFACT,
    errors=(404,),
    reads=True,
    summary="Read the latest artifact of a key",
)
op(
    "GET",
    "/artifacts/{id}",
    "artifacts.read",
    reply=_ARTIFACT,
    errors=(404,),
    reads=True,
    summary="Read an artifact",
)
op(
    "PATCH",
    "/artifacts/{id}",
    "artifacts.update",
    body=f"{_WIRE}:ArtifactUpdate",
    status=204,
    errors=(404,),
    summary="Change an artifact",
)
op("DELETE", "/artifacts/{id}", "artifacts.delete", status=204, errors=(404,), summary="Remove an artifact")
