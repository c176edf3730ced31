"""Events as the API takes them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from prefect._base import lazy
from prefect._base.labels import RESOURCE_ID, RESOURCE_ROLE
from prefect._wire.common import DateTime, PrefectBaseModel

settings: Any = lazy.module("prefect.settings")


def _identified(labels: dict[str, str]) -> dict[str, str]:
    if not labels.get(RESOURCE_ID):
        raise ValueError(f"A resource needs the label {RESOURCE_ID!r}, and it may not be empty.")
    most: int = settings.active()["server.events.maximum_labels_per_resource"]
    if len(labels) > most:
        raise ValueError(f"A resource may have {most} labels, this one has {len(labels)}.")
    return labels


def _in_a_role(labels: dict[str, str]) -> dict[str, str]:
    if not _identified(labels).get(RESOURCE_ROLE):
        raise ValueError(f"A related resource needs the label {RESOURCE_ROLE!r}, and it may not be empty.")
    return labels


def _named(name: str) -> str:
    most: int = settings.active()["server.events.maximum_event_name_length"]
    if len(name) > most:
        raise ValueError(f"The name of an event may have {most} characters, this one has {len(name)}.")
    return name


def _few(related: list[Any]) -> list[Any]:
    most: int = settings.active()["server.events.maximum_related_resources"]
    if len(related) > most:
        raise ValueError(f"An event may have {most} related resources, this one has {len(related)}.")
    return related


Resource = Annotated[dict[str, str], AfterValidator(_identified)]
RelatedResource = Annotated[dict[str, str], AfterValidator(_in_a_role)]


class Event(PrefectBaseModel):
    """Something that happened to `resource` at the instant `occurred`; `id` is made by whoever saw it."""

    id: UUID
    occurred: DateTime
    event: Annotated[str, AfterValidator(_named)]
    resource: Resource
    related: Annotated[list[RelatedResource], AfterValidator(_few)] = Field(
        default_factory=list[dict[str, str]]
    )
    payload: dict[str, Any] = Field(default_factory=dict[str, Any])
    follows: UUID | None = None
