"""Artifacts as the API speaks of them: things to look at that runs leave behind."""

from __future__ import annotations

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from prefect._wire.common import ActionBaseModel, ObjectBaseModel, PrefectBaseModel
from prefect._wire.filters import (
    ArtifactCollectionFilter,
    ArtifactFilter,
    DeploymentFilter,
    FlowFilter,
    FlowRunFilter,
    TaskRunFilter,
)
from prefect._wire.requests import Page
from prefect._wire.sorts import ArtifactCollectionSort, ArtifactSort

MAX_METADATA_CHARACTERS = 500

_KEY = re.compile(r"[a-z0-9-]*")


def check_artifact_key(key: str | None) -> str | None:
    """The key itself; raises `ValueError` for one that an artifact cannot have."""
    if key is not None and not _KEY.fullmatch(key):
        raise ValueError("An artifact's key consists of lowercase letters, digits and dashes.")
    return key


def _shortened(metadata: dict[str, str] | None) -> dict[str, str] | None:
    if not metadata:
        return metadata
    return {
        key: text if len(text) <= MAX_METADATA_CHARACTERS else text[:MAX_METADATA_CHARACTERS] + "..."
        for key, text in metadata.items()
    }


Key = Annotated[str | None, AfterValidator(check_artifact_key)]
Metadata = Annotated[dict[str, str] | None, AfterValidator(_shortened)]


class Artifact(ObjectBaseModel):
    """A stored artifact. `data` is any JSON value; what it means is said by `type`."""

    key: str | None = Field(default=None, description="Artifacts of one key are versions of one thing.")
    type: str | None = Field(default=None, description="How `data` is to be shown: markdown, table, ...")
    description: str | None = Field(default=None, description="A text in Markdown beside the data.")
    data: dict[str, Any] | Any | None = Field(default=None)
    metadata_: Metadata = Field(default=None, description="Anything else, by name; long texts are cut.")
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class ArtifactCollection(ObjectBaseModel):
    """The artifacts of one key: the latest of them, whose id is `latest_id`."""

    key: str
    latest_id: UUID
    type: str | None = None
    description: str | None = None
    data: dict[str, Any] | Any | None = None
    metadata_: dict[str, str] | None = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class ArtifactCreate(ActionBaseModel):
    """An artifact to be created."""

    key: Key = None
    type: str | None = None
    description: str | None = None
    data: dict[str, Any] | Any | None = None
    metadata_: Metadata = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class ArtifactUpdate(ActionBaseModel):
    """What to change of an artifact: the keys that are set."""

    data: dict[str, Any] | Any | None = None
    description: str | None = None
    metadata_: Metadata = None


class _Related(PrefectBaseModel):
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    flows: FlowFilter | None = None
    deployments: DeploymentFilter | None = None


class ArtifactsCount(_Related):
    """Which artifacts."""

    artifacts: ArtifactFilter | None = None


class ArtifactsFilter(ArtifactsCount, Page):
    """Which artifacts, in which order."""

    sort: ArtifactSort = ArtifactSort.ID_DESC


class LatestArtifactsCount(_Related):
    """Which keys, by the latest artifact of each."""

    artifacts: ArtifactCollectionFilter | None = None


class LatestArtifactsFilter(LatestArtifactsCount, Page):
    """Which keys, by the latest artifact of each, in which order."""

    sort: ArtifactCollectionSort = ArtifactCollectionSort.ID_DESC
