"""Automations as the API speaks of them."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field, RootModel

from prefect._wire.common import ActionBaseModel, DateTime, PrefectBaseModel
from prefect._wire.requests import Page
from prefect._wire.sorts import AutomationSort
from prefect.events.actions import ActionTypes
from prefect.events.filters import AutomationFilter
from prefect.events.schemas.automations import TriggerTypes


class AutomationUpdate(ActionBaseModel):
    """An automation as a whole."""

    name: str
    description: str = ""
    enabled: bool = True
    tags: list[str] = Field(default_factory=list[str])
    trigger: TriggerTypes
    actions: list[ActionTypes]
    actions_on_trigger: list[ActionTypes] = Field(default_factory=list[ActionTypes])
    actions_on_resolve: list[ActionTypes] = Field(default_factory=list[ActionTypes])


class AutomationCreate(AutomationUpdate):
    """An automation to be created, and the resource that owns it."""

    owner_resource: str | None = None


class AutomationPartialUpdate(ActionBaseModel):
    """Whether an automation watches."""

    enabled: bool = True


class Automation(AutomationUpdate):
    """A stored automation."""

    id: UUID
    created: DateTime | None
    updated: DateTime | None


class AutomationsCount(PrefectBaseModel):
    """Which automations."""

    automations: AutomationFilter | None = None


class AutomationsFilter(AutomationsCount, Page):
    """Which automations, in which order."""

    sort: AutomationSort = AutomationSort.NAME_ASC


class Template(RootModel[str]):
    """The text of a template."""

    root: str = ""
