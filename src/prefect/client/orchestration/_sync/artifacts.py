# Made by tools/make_sync_client.py from _async/artifacts.py: change that and run it again.
"""Artifacts, and the latest of each key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack
from uuid import UUID

from prefect._wire.artifacts import Artifact, ArtifactCollection, ArtifactCreate, ArtifactUpdate
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient

if TYPE_CHECKING:
    from prefect._wire.filters import (
        ArtifactCollectionFilter,
        ArtifactFilter,
        FlowRunFilter,
        TaskRunFilter,
    )
    from prefect._wire.sorts import ArtifactCollectionSort, ArtifactSort


class ArtifactReadParams(TypedDict, total=False):
    """Which artifacts, in which order."""

    artifact_filter: ArtifactFilter | None
    flow_run_filter: FlowRunFilter | None
    task_run_filter: TaskRunFilter | None
    sort: ArtifactSort | None
    limit: int | None
    offset: int


class ArtifactCollectionReadParams(TypedDict, total=False):
    """Which keys, by the latest artifact of each, in which order."""

    artifact_filter: ArtifactCollectionFilter | None
    flow_run_filter: FlowRunFilter | None
    task_run_filter: TaskRunFilter | None
    sort: ArtifactCollectionSort | None
    limit: int | None
    offset: int


class ArtifactClient(BaseClient):
    """What can be done with artifacts."""

    def create_artifact(self, artifact: ArtifactCreate) -> Artifact:
        """Create an artifact; with a key it becomes the latest of that key."""
        return Artifact.model_validate(self._call("artifacts.create", body=bodies.given(artifact)))

    def update_artifact(self, artifact_id: UUID, artifact: ArtifactUpdate) -> None:
        """Change what is set on `artifact`; raises `ObjectNotFound`."""
        self._call("artifacts.update", id=bodies.text(artifact_id), body=bodies.given(artifact))

    def delete_artifact(self, artifact_id: UUID) -> None:
        """Remove an artifact; raises `ObjectNotFound`."""
        self._call("artifacts.delete", id=bodies.text(artifact_id))

    def read_artifacts(self, **kwargs: Unpack[ArtifactReadParams]) -> list[Artifact]:
        """The artifacts that the filters find, a page of them."""
        wanted: dict[str, Any] = dict(kwargs)
        own = wanted.pop("artifact_filter", None)
        body = bodies.listing(**wanted) | ({} if own is None else {"artifacts": bodies.dumped(own)})
        found = self._call("artifacts.filter", body=body)
        return [Artifact.model_validate(artifact) for artifact in found]


class ArtifactCollectionClient(BaseClient):
    """What can be done with the latest artifacts of keys."""

    def read_latest_artifacts(
        self, **kwargs: Unpack[ArtifactCollectionReadParams]
    ) -> list[ArtifactCollection]:
        """The latest artifact of each key that the filters find, a page of them."""
        wanted: dict[str, Any] = dict(kwargs)
        own = wanted.pop("artifact_filter", None)
        body = bodies.listing(**wanted) | ({} if own is None else {"artifacts": bodies.dumped(own)})
        found = self._call("artifacts.filter_latest", body=body)
        return [ArtifactCollection.model_validate(artifact) for artifact in found]
