"""Telling what happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect._base import lazy
from prefect._wire.common import now, to_utc
from prefect.events.clients import (
    AssertingEventsClient,
    AssertingPassthroughEventsClient,
    PrefectCloudEventsClient,
    PrefectEventsClient,
)
from prefect.events.related import around_runs
from prefect.events.schemas.events import Event, RelatedResource
from prefect.events.worker import EventsWorker, ProcessPoolForwardingEventsClient, should_emit_events
from prefect.exceptions import EventTooLarge

__all__ = [
    "TIGHT_TIMING",
    "AssertingEventsClient",
    "AssertingPassthroughEventsClient",
    "Event",
    "EventTooLarge",
    "EventsWorker",
    "PrefectCloudEventsClient",
    "PrefectEventsClient",
    "ProcessPoolForwardingEventsClient",
    "RelatedResource",
    "emit_event",
    "should_emit_events",
]

settings: Any = lazy.module("prefect.settings")

# an event follows another if no more than this is between them
TIGHT_TIMING = timedelta(minutes=5)


def emit_event(
    event: str,
    resource: dict[str, str],
    occurred: datetime | None = None,
    related: list[dict[str, str]] | list[RelatedResource] | None = None,
    payload: dict[str, Any] | None = None,
    id: UUID | None = None,
    follows: Event | None = None,
    **kwargs: Any,
) -> Event | None:
    """Tell that something happened; it is sent in the background, and before the program ends.

    Args:
        event: what happened, such as ``"orders.received"``.
        resource: labels of what it happened to; ``prefect.resource.id`` is a must.
        occurred: when it happened, by default now.
        related: labels of what else takes part in it, each with a ``prefect.resource.role``. Inside a run
            the run and what is around it are added.
        payload: whatever else is known.
        id: an id of your own; telling an event with the same id again changes nothing.
        follows: the event that this one follows; it is noted if no more than 5 minutes are between them.

    Returns the event, None if events are switched off. Raises `EventTooLarge` if it is longer than a server
    takes.
    """
    if not should_emit_events():
        return None
    at = now() if occurred is None else to_utc(occurred)
    told: dict[str, Any] = {"event": event, "resource": resource, "occurred": at, **kwargs}
    if payload is not None:
        told["payload"] = payload
    if id is not None:
        told["id"] = id
    if follows is not None and -TIGHT_TIMING < at - follows.occurred < TIGHT_TIMING:
        told["follows"] = follows.id
    told["related"] = _with_runs(resource, related or [])
    made = Event.model_validate(told)
    most: int = settings.active()["server.events.maximum_size_bytes"]
    if (size := made.size_bytes) > most:
        raise EventTooLarge(size, most)
    EventsWorker.instance().send(made)
    return made


def _with_runs(resource: dict[str, str], related: list[Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = [
        dict(each.root) if isinstance(each, RelatedResource) else each for each in related
    ]
    involved = {each.get("prefect.resource.id") for each in (resource, *found)}
    return found + [each for each in around_runs() if each["prefect.resource.id"] not in involved]
