"""Events as the API takes them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from prefect._wire.common import DateTime, PrefectBaseModel

RESOURCE_ID = "prefect.resource.id"
RESOURCE_ROLE = "prefect.resource.role"


def _identified(labels: dict[str, str]) -> dict[str, str]:
    if RESOURCE_ID not in labels:
        raise ValueError(f"A resource needs the label {RESOURCE_ID!r}.")
    return labels


def _in_a_role(labels: dict[str, str]) -> dict[str, str]:
    if RESOURCE_ROLE not in _identified(labels):
        raise ValueError(f"A related resource needs the label {RESOURCE_ROLE!r}.")
    return labels


Resource = Annotated[dict[str, str], AfterValidator(_identified)]
RelatedResource = Annotated[dict[str, str], AfterValidator(_in_a_role)]


class Event(PrefectBaseModel):
    """Something that happened to `resource` at the instant `occurred`; `id` is made by whoever saw it."""

    id: UUID
    occurred: DateTime
    event: str
    resource: Resource
    related: list[RelatedResource] = Field(default_factory=list[dict[str, str]])
    payload: dict[str, Any] = Field(default_factory=dict[str, Any])
    follows: UUID | None = None
