"""Artifacts: texts, tables, links, pictures and progress that a run leaves for people to look at.

::

    from prefect.artifacts import create_markdown_artifact

    @flow
    def report():
        create_markdown_artifact("# All good", key="daily-report")

Each function has an awaiting twin whose name begins with ``a``; called in async code, the plain name
returns a coroutine, too.
"""

from __future__ import annotations

import json
import math
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from uuid import UUID

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._engine import scope
from prefect._link import given
from prefect._wire.artifacts import Artifact as ArtifactResponse
from prefect._wire.artifacts import ArtifactCreate as ArtifactRequest
from prefect._wire.artifacts import ArtifactUpdate
from prefect._wire.filters import ArtifactFilter, ArtifactFilterKey
from prefect._wire.operation import JsonObject, named
from prefect._wire.sorts import ArtifactSort
from prefect._wire.tables import Table, table_text
from prefect.logging.loggers import get_logger

if TYPE_CHECKING:
    from prefect._link.link import Link
    from prefect.client.orchestration import PrefectClient

client_errors: Any = lazy.module("prefect.client.orchestration._errors")

__all__ = [
    "Artifact",
    "ArtifactFilter",
    "ArtifactFilterKey",
    "ArtifactRequest",
    "ArtifactResponse",
    "ArtifactSort",
    "ArtifactUpdate",
    "ImageArtifact",
    "LinkArtifact",
    "MarkdownArtifact",
    "ProgressArtifact",
    "TableArtifact",
    "acreate_image_artifact",
    "acreate_link_artifact",
    "acreate_markdown_artifact",
    "acreate_progress_artifact",
    "acreate_table_artifact",
    "aupdate_progress_artifact",
    "create_image_artifact",
    "create_link_artifact",
    "create_markdown_artifact",
    "create_progress_artifact",
    "create_table_artifact",
    "update_progress_artifact",
]

Formatted: TypeAlias = "str | float | int | dict[str, Any]"

_logger = get_logger("artifacts")


class Artifact(ArtifactRequest):
    """Something that a run leaves for people to look at.

    With a `key` (lowercase letters, digits and dashes) it is a version of a thing that keeps a page of its
    own; without one it is found with its run only. Subclasses say in `aformat` and `format` what is stored.
    """

    async def acreate(self, client: PrefectClient | None = None) -> ArtifactResponse:
        """Store the artifact, attached to the run at hand if there is one."""
        return await _create(given.awaiting(client), self, await self.aformat())

    @async_dispatch(acreate)
    def create(self, client: PrefectClient | None = None) -> ArtifactResponse:
        """Store the artifact, attached to the run at hand if there is one.

        In async code it returns a coroutine.
        """
        with scope.dispatching(False):
            value: Formatted = self.format()
        return drive(_create(given.blocking(client), self, value))

    @classmethod
    async def aget(
        cls, key: str | None = None, client: PrefectClient | None = None
    ) -> ArtifactResponse | None:
        """The latest artifact of `key` (of any key, for None), or None if there is none."""
        return await _get(given.awaiting(client), key)

    @classmethod
    @async_dispatch(aget)
    def get(cls, key: str | None = None, client: PrefectClient | None = None) -> ArtifactResponse | None:
        """The latest artifact of `key` (of any key, for None), or None if there is none.

        In async code it returns a coroutine.
        """
        return drive(_get(given.blocking(client), key))

    @classmethod
    async def aget_or_create(
        cls,
        key: str | None = None,
        description: str | None = None,
        data: dict[str, Any] | Any | None = None,
        client: PrefectClient | None = None,
        **kwargs: Any,
    ) -> tuple[ArtifactResponse, bool]:
        """The latest artifact of `key`, or a new one; and whether it is new."""
        found = await cls.aget(key, client)
        if found is not None:
            return found, False
        made = cls(key=key, description=description, data=data, **kwargs)
        return await made.acreate(client), True

    @classmethod
    @async_dispatch(aget_or_create)
    def get_or_create(
        cls,
        key: str | None = None,
        description: str | None = None,
        data: dict[str, Any] | Any | None = None,
        client: PrefectClient | None = None,
        **kwargs: Any,
    ) -> tuple[ArtifactResponse, bool]:
        """The latest artifact of `key`, or a new one; and whether it is new.

        In async code it returns a coroutine.
        """
        found = drive(_get(given.blocking(client), key))
        if found is not None:
            return found, False
        made = cls(key=key, description=description, data=data, **kwargs)
        with scope.dispatching(False):
            return cast(ArtifactResponse, made.create(client)), True

    async def aformat(self) -> Formatted:
        """What is stored as the artifact's data."""
        return json.dumps(self.data)

    @async_dispatch(aformat)
    def format(self) -> Formatted:
        """What is stored as the artifact's data. In async code it returns a coroutine."""
        return json.dumps(self.data)


class LinkArtifact(Artifact):
    """A link; `link_text` is what people read instead of the address."""

    link: str
    link_text: str | None = None
    type: str | None = "markdown"

    async def aformat(self) -> str:
        return self._formatted()

    @async_dispatch(aformat)
    def format(self) -> str:
        return self._formatted()

    def _formatted(self) -> str:
        return f"[{self.link_text or self.link}]({self.link})"


class MarkdownArtifact(Artifact):
    """A text in Markdown."""

    markdown: str
    type: str | None = "markdown"

    async def aformat(self) -> str:
        return self.markdown

    @async_dispatch(aformat)
    def format(self) -> str:
        return self.markdown


class TableArtifact(Artifact):
    """A table: a list of rows (dictionaries or lists), a dictionary of columns, or a data frame."""

    table: Table
    type: str | None = "table"

    async def aformat(self) -> str:
        return table_text(self.table)

    @async_dispatch(aformat)
    def format(self) -> str:
        return table_text(self.table)


class ProgressArtifact(Artifact):
    """How far something is, in per cent."""

    progress: float
    type: str | None = "progress"

    async def aformat(self) -> float:
        return _percent(self.progress)

    @async_dispatch(aformat)
    def format(self) -> float:
        return _percent(self.progress)


class ImageArtifact(Artifact):
    """A picture, by its address."""

    image_url: str
    type: str | None = "image"

    async def aformat(self) -> str:
        return self.image_url

    @async_dispatch(aformat)
    def format(self) -> str:
        return self.image_url


async def acreate_link_artifact(
    link: str,
    link_text: str | None = None,
    key: str | None = None,
    description: str | None = None,
    client: PrefectClient | None = None,
) -> UUID:
    """As :func:`create_link_artifact`, awaited."""
    made = LinkArtifact(key=key, description=description, link=link, link_text=link_text)
    return (await made.acreate(client)).id


@async_dispatch(acreate_link_artifact)
def create_link_artifact(
    link: str,
    link_text: str | None = None,
    key: str | None = None,
    description: str | None = None,
    client: PrefectClient | None = None,
) -> UUID:
    """Leave a link, and return the id of the artifact.

    Raises `pydantic.ValidationError` for a key that an artifact cannot have.
    """
    return _created(LinkArtifact(key=key, description=description, link=link, link_text=link_text), client)


async def acreate_markdown_artifact(
    markdown: str, key: str | None = None, description: str | None = None
) -> UUID:
    """As :func:`create_markdown_artifact`, awaited."""
    made = MarkdownArtifact(key=key, description=description, markdown=markdown)
    return (await made.acreate()).id


@async_dispatch(acreate_markdown_artifact)
def create_markdown_artifact(markdown: str, key: str | None = None, description: str | None = None) -> UUID:
    """Leave a text in Markdown, and return the id of the artifact.

    Raises `pydantic.ValidationError` for a key that an artifact cannot have.
    """
    return _created(MarkdownArtifact(key=key, description=description, markdown=markdown))


async def acreate_table_artifact(
    table: dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]],
    key: str | None = None,
    description: str | None = None,
) -> UUID:
    """As :func:`create_table_artifact`, awaited."""
    made = TableArtifact(key=key, description=description, table=table)
    return (await made.acreate()).id


@async_dispatch(acreate_table_artifact)
def create_table_artifact(
    table: dict[str, list[Any]] | list[dict[str, Any]] | list[list[Any]],
    key: str | None = None,
    description: str | None = None,
) -> UUID:
    """Leave a table, and return the id of the artifact.

    A table is a list of rows, which are dictionaries or lists, a dictionary of columns, or a data frame; a
    cell may hold anything, see :func:`prefect._wire.tables.table_text`. Raises `pydantic.ValidationError`
    for anything else, and for a key that an artifact cannot have.
    """
    return _created(TableArtifact(key=key, description=description, table=table))


async def acreate_progress_artifact(
    progress: float, key: str | None = None, description: str | None = None
) -> UUID:
    """As :func:`create_progress_artifact`, awaited."""
    made = ProgressArtifact(key=key, description=description, progress=progress)
    return (await made.acreate()).id


@async_dispatch(acreate_progress_artifact)
def create_progress_artifact(progress: float, key: str | None = None, description: str | None = None) -> UUID:
    """Show how far something is, in per cent, and return the id of the artifact.

    What is below 0 or above 100 is brought there, with a warning in the log.
    """
    return _created(ProgressArtifact(key=key, description=description, progress=progress))


async def aupdate_progress_artifact(
    artifact_id: UUID, progress: float, description: str | None = None, client: PrefectClient | None = None
) -> UUID:
    """As :func:`update_progress_artifact`, awaited."""
    await _update(given.awaiting(client), artifact_id, _percent(progress), description)
    return artifact_id


@async_dispatch(aupdate_progress_artifact)
def update_progress_artifact(
    artifact_id: UUID, progress: float, description: str | None = None, client: PrefectClient | None = None
) -> UUID:
    """Change how far something is, and the description if one is given; returns `artifact_id`.

    Raises `prefect.exceptions.ObjectNotFound` if there is no such artifact.
    """
    drive(_update(given.blocking(client), artifact_id, _percent(progress), description))
    return artifact_id


async def acreate_image_artifact(
    image_url: str, key: str | None = None, description: str | None = None
) -> UUID:
    """As :func:`create_image_artifact`, awaited."""
    made = ImageArtifact(key=key, description=description, image_url=image_url)
    return (await made.acreate()).id


@async_dispatch(acreate_image_artifact)
def create_image_artifact(image_url: str, key: str | None = None, description: str | None = None) -> UUID:
    """Show a picture that is at `image_url`, and return the id of the artifact."""
    return _created(ImageArtifact(key=key, description=description, image_url=image_url))


def _created(artifact: Artifact, client: PrefectClient | None = None) -> UUID:
    with scope.dispatching(False):
        return cast(ArtifactResponse, artifact.create(client)).id


def _percent(progress: float) -> float:
    if math.isnan(progress):
        raise ValueError("Progress is a number of per cent, and NaN is none.")
    if 0.0 <= progress <= 100.0:
        return progress
    bounded = min(max(progress, 0.0), 100.0)
    _logger.warning("A progress of %s is taken as %s per cent.", progress, bounded)
    return bounded


async def _create(link: Link, artifact: Artifact, data: Formatted) -> ArtifactResponse:
    task_run, flow_run = scope.task_scope.get(), scope.flow_scope.get()
    if task_run is None and flow_run is None:
        warnings.warn(
            "An artifact is created outside of a flow or task run: it belongs to none and is found by its key"
            " only. This may be refused in a later version.",
            FutureWarning,
            stacklevel=2,
        )
    flow_run_id = flow_run.run.id if flow_run else task_run.run.flow_run_id if task_run else None
    body: JsonObject = {
        "key": artifact.key,
        "type": artifact.type,
        "description": artifact.description,
        "data": data,
        "metadata_": artifact.metadata_,
        "flow_run_id": str(artifact.flow_run_id) if artifact.flow_run_id else flow_run_id,
        "task_run_id": str(artifact.task_run_id) if artifact.task_run_id else task_run and task_run.run.id,
    }
    return ArtifactResponse.model_validate(await _call(link, "artifacts.create", body=body))


async def _get(link: Link, key: str | None) -> ArtifactResponse | None:
    wanted: JsonObject = {"exists_": True} if key is None else {"any_": [key]}
    body = {"artifacts": {"key": wanted}, "sort": "UPDATED_DESC", "limit": 1}
    found = await _call(link, "artifacts.filter", body=body)
    return ArtifactResponse.model_validate(found[0]) if found else None


async def _update(link: Link, id_: UUID | str, data: float, description: str | None) -> None:
    body: JsonObject = {"data": data}
    if description is not None:
        body["description"] = description
    await _call(link, "artifacts.update", id=str(id_), body=body)


async def _call(link: Link, operation: str, **arguments: Any) -> Any:
    try:
        return await link.call(named(operation), **arguments)
    except OperationError as refusal:
        raise client_errors.public(refusal, operation) from refusal
