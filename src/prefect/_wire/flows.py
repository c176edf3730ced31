"""Flows as the API speaks of them."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from prefect._wire.common import ActionBaseModel, KeyValueLabels, Name, ObjectBaseModel, PrefectBaseModel


class Flow(ObjectBaseModel):
    """A flow that the API knows; runs belong to one."""

    name: Name = Field(examples=["my-flow"])
    tags: list[str] = Field(default_factory=list[str], examples=[["tag-1", "tag-2"]])
    labels: KeyValueLabels = Field(default_factory=dict)


class FlowCreate(ActionBaseModel):
    """Create a flow, or get the one of that name."""

    name: Name = Field(examples=["my-flow"])
    tags: list[str] = Field(default_factory=list[str])
    labels: KeyValueLabels | None = Field(default_factory=dict)


class FlowUpdate(ActionBaseModel):
    """Change a flow."""

    tags: list[str] = Field(default_factory=list[str])


class FlowBulkDeleteResponse(PrefectBaseModel):
    """The flows that a bulk delete removed."""

    deleted: list[UUID] = Field(default_factory=list[UUID])


class FlowPaginationResponse(PrefectBaseModel):
    """One page of flows."""

    results: list[Flow]
    count: int
    limit: int
    pages: int
    page: int
