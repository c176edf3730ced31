"""Endpoints of events."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/events",
    "events.create",
    body="prefect._wire.events:Event[]",
    status=204,
    summary="Tell what happened",
)
op(
    "POST",
    "/events/filter",
    "events.filter",
    body="prefect._wire.event_requests:EventsFilter",
    reply="prefect._wire.event_requests:EventPage",
    reads=True,
    summary="List events",
)
op(
    "GET",
    "/events/filter/next",
    "events.next_page",
    query={"page-token": "text"},
    reply="prefect._wire.event_requests:EventPage",
    errors=(403,),
    reads=True,
    summary="List the events of the next page",
)
op(
    "POST",
    "/events/count-by/{countable}",
    "events.count_by",
    body="prefect._wire.event_requests:EventsCount",
    reply="prefect._wire.event_requests:EventCount[]",
    reads=True,
    summary="Count events",
)
