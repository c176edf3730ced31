"""Which events, and which automations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from pydantic import ConfigDict, Field

from prefect._base.terms import found_in
from prefect._wire.common import DateTime, PrefectBaseModel, now
from prefect._wire.filters.declare import Operator
from prefect.events.schemas.events import Event, Resource, ResourceSpecification
from prefect.utilities.collections import AutoEnum


class AutomationFilterId(PrefectBaseModel):
    """By the id of the automation."""

    model_config = ConfigDict(extra="forbid")
    any_: list[UUID] | None = None


class AutomationFilterName(PrefectBaseModel):
    """By the name of the automation."""

    model_config = ConfigDict(extra="forbid")
    any_: list[str] | None = None


class AutomationFilterCreated(PrefectBaseModel):
    """By when the automation was made."""

    model_config = ConfigDict(extra="forbid")
    before_: DateTime | None = None


class AutomationFilterTags(PrefectBaseModel):
    """By the tags of the automation."""

    model_config = ConfigDict(extra="forbid")
    operator: Operator = Operator.and_
    all_: list[str] | None = None
    any_: list[str] | None = None
    is_null_: bool | None = None


class AutomationFilter(PrefectBaseModel):
    """Which automations."""

    model_config = ConfigDict(extra="forbid")
    operator: Operator = Operator.and_
    id: AutomationFilterId | None = None
    name: AutomationFilterName | None = None
    created: AutomationFilterCreated | None = None
    tags: AutomationFilterTags | None = None


class EventDataFilter(PrefectBaseModel, extra="forbid"):
    """A part of a filter of events."""

    def get_filters(self) -> list[EventDataFilter]:
        """The filters that this one is made of."""
        found: list[EventDataFilter] = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, EventDataFilter):
                found.append(value)
            elif isinstance(value, list):
                found.extend(each for each in cast("list[Any]", value) if isinstance(each, EventDataFilter))
        return found

    def includes(self, event: Event) -> bool:
        """Whether the event is among those."""
        return all(part.includes(event) for part in self.get_filters())

    def excludes(self, event: Event) -> bool:
        return not self.includes(event)


def _half_a_year_ago() -> Any:
    return now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=180)


class EventOccurredFilter(EventDataFilter):
    """By when it happened, both ends included."""

    since: DateTime = Field(default_factory=_half_a_year_ago)
    until: DateTime = Field(default_factory=now)

    def includes(self, event: Event) -> bool:
        return self.since <= event.occurred <= self.until


class EventNameFilter(EventDataFilter):
    """By the name of the event."""

    prefix: list[str] | None = None
    exclude_prefix: list[str] | None = None
    name: list[str] | None = None
    exclude_name: list[str] | None = None

    def includes(self, event: Event) -> bool:
        named = event.event
        if self.prefix and not named.startswith(tuple(self.prefix)):
            return False
        if self.exclude_prefix and named.startswith(tuple(self.exclude_prefix)):
            return False
        if self.name and named not in self.name:
            return False
        return not (self.exclude_name and named in self.exclude_name)


def _fits(resource: Resource, ids: list[str] | None, prefixes: list[str] | None, labels: Any) -> bool:
    if ids and resource.id not in ids:
        return False
    if prefixes and not resource.id.startswith(tuple(prefixes)):
        return False
    return not labels or labels.matches(resource)


class EventResourceFilter(EventDataFilter):
    """By the resource that it happened to; `distinct` wants the latest event of each resource only."""

    id: list[str] | None = None
    id_prefix: list[str] | None = None
    labels: ResourceSpecification | None = None
    distinct: bool = False

    def includes(self, event: Event) -> bool:
        return _fits(event.resource, self.id, self.id_prefix, self.labels)


class EventRelatedFilter(EventDataFilter):
    """By one of the related resources."""

    id: list[str] | None = None
    role: list[str] | None = None
    resources_in_roles: list[tuple[str, str]] | None = None
    labels: ResourceSpecification | None = None

    def includes(self, event: Event) -> bool:
        if not (self.id or self.role or self.resources_in_roles or self.labels):
            return True
        return any(
            _fits(related, self.id, None, self.labels)
            and (not self.role or related.role in self.role)
            and (not self.resources_in_roles or (related.id, related.role) in self.resources_in_roles)
            for related in event.related
        )


class EventAnyResourceFilter(EventDataFilter):
    """By any of the resources that take part."""

    id: list[str] | None = None
    id_prefix: list[str] | None = None
    labels: ResourceSpecification | None = None

    def includes(self, event: Event) -> bool:
        return any(
            _fits(resource, self.id, self.id_prefix, self.labels) for resource in event.involved_resources
        )


class EventIDFilter(EventDataFilter):
    """By the id of the event."""

    id: list[UUID] | None = None

    def includes(self, event: Event) -> bool:
        return not self.id or event.id in self.id


class EventTextFilter(EventDataFilter):
    """By words in it: one of the plain ones, all with ``+``, none with ``-``; quotes keep words together."""

    query: str = Field(max_length=200)

    def includes(self, event: Event) -> bool:
        return found_in(
            self.query, event.model_dump_json(include={"event", "resource", "related", "payload"})
        )


class EventOrder(AutoEnum):
    """Oldest or newest first."""

    ASC = "ASC"
    DESC = "DESC"


class EventFilter(EventDataFilter):
    """Which events; all parts must hold."""

    occurred: EventOccurredFilter = Field(default_factory=lambda: EventOccurredFilter())
    event: EventNameFilter | None = None
    resource: EventResourceFilter | None = None
    related: EventRelatedFilter | list[EventRelatedFilter] | None = None
    any_resource: EventAnyResourceFilter | list[EventAnyResourceFilter] | None = None
    id: EventIDFilter = Field(default_factory=lambda: EventIDFilter(id=[]))
    text: EventTextFilter | None = None
    order: EventOrder = EventOrder.DESC
