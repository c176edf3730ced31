# Made by tools/make_sync_client.py from _async/events.py: change that and run it again.
"""Events that are stored."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from prefect._wire.event_requests import EventPage
from prefect.client.orchestration import _bodies as bodies
from prefect.client.orchestration._sync.base import BaseClient
from prefect.events.filters import EventFilter

# the most that one page holds
_PAGE = 50


class EventClient(BaseClient):
    """What can be asked about events."""

    def read_events(self, filter: EventFilter | None = None, limit: int = 100) -> EventPage:
        """The first page of the events that a filter finds, at most 50 of them."""
        body = bodies.without_none(
            {"filter": None if filter is None else bodies.given(filter), "limit": min(limit, _PAGE)}
        )
        return EventPage.model_validate(self._call("events.filter", body=body))

    def read_events_page(self, next_page_url: str) -> EventPage:
        """The page that another one names as its `next_page`."""
        (token,) = parse_qs(urlsplit(next_page_url).query).get("page-token", [""])
        return EventPage.model_validate(self._call("events.next_page", page_token=token))
