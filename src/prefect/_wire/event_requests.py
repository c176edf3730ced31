"""Bodies of requests about events, and what they are answered with."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from prefect._wire.common import DateTime, PrefectBaseModel, RequestBody
from prefect.events.filters import EventFilter
from prefect.events.schemas.events import ReceivedEvent


class Countable(StrEnum):
    """By what events can be counted."""

    day = "day"
    time = "time"
    event = "event"
    resource = "resource"


class TimeUnit(StrEnum):
    """Units of spans of time."""

    week = "week"
    day = "day"
    hour = "hour"
    minute = "minute"
    second = "second"


class EventsFilter(RequestBody):
    """Which events, and how many on a page."""

    filter: EventFilter | None = None
    limit: int = Field(default=50, ge=0, le=50)


class EventsCount(RequestBody):
    """Which events to count, and in which spans of time."""

    filter: EventFilter
    time_unit: TimeUnit = TimeUnit.day
    time_interval: float = Field(default=1.0, ge=0.01)


class EventPage(PrefectBaseModel):
    """Some of the events that were found, and where to get more."""

    events: list[ReceivedEvent]
    total: int
    next_page: str | None = None


class EventCount(PrefectBaseModel):
    """How many events there are of some kind, or in a span of time."""

    value: str
    label: str
    count: int
    start_time: DateTime
    end_time: DateTime
