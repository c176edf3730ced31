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
