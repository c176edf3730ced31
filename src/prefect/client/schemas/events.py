"""Events as clients get them. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.common import PrefectBaseModel as PrefectBaseModel
    from prefect._wire.event_requests import EventPage as EventPage
    from prefect.events.schemas.events import ReceivedEvent as ReceivedEvent

_NAMES = {
    "EventPage": "prefect._wire.event_requests",
    "PrefectBaseModel": "prefect._wire.common",
    "ReceivedEvent": "prefect.events.schemas.events",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
