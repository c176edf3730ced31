"""Clients that tell and hear of events."""

from __future__ import annotations

import abc
from collections.abc import AsyncIterator
from datetime import timedelta
from types import TracebackType
from typing import Any, ClassVar, Self

import orjson
from prometheus_client import Counter

from prefect._base import lazy
from prefect._base.ports import AWAITING
from prefect._link import streams as _sockets
from prefect._link.streams import RETRYABLE as RETRYABLE_EXCEPTIONS
from prefect._link.streams import SEEN_SIZE as SEEN_EVENTS_SIZE
from prefect._link.streams import http_to_ws
from prefect._link.subscriber import Subscriber, cloud
from prefect._wire.common import now
from prefect._wire.operation import JsonObject, named
from prefect.events.filters import EventFilter
from prefect.events.schemas.events import Event, ReceivedEvent

choose: Any = lazy.module("prefect._link.choose")
http: Any = lazy.module("prefect._link.http")
settings: Any = lazy.module("prefect.settings")

SEEN_EVENTS_TTL = 120
_LABELS = ["client"]
EVENTS_EMITTED = Counter("prefect_events_emitted", "Events that were sent.", _LABELS)
EVENTS_OBSERVED = Counter("prefect_events_observed", "Events that were received.", _LABELS)
EVENT_WEBSOCKET_CONNECTIONS = Counter(
    "prefect_event_websocket_connections", "Connections for events.", ["client", "direction", "initial"]
)
EVENT_WEBSOCKET_CHECKPOINTS = Counter(
    "prefect_event_websocket_checkpoints", "Acknowledgements of events.", _LABELS
)

__all__ = [
    "EVENTS_EMITTED",
    "EVENTS_OBSERVED",
    "EVENT_WEBSOCKET_CHECKPOINTS",
    "EVENT_WEBSOCKET_CONNECTIONS",
    "RETRYABLE_EXCEPTIONS",
    "SEEN_EVENTS_SIZE",
    "SEEN_EVENTS_TTL",
    "AssertingEventsClient",
    "AssertingPassthroughEventsClient",
    "EventsClient",
    "NullEventsClient",
    "PrefectCloudAccountEventSubscriber",
    "PrefectCloudEventSubscriber",
    "PrefectCloudEventsClient",
    "PrefectEventSubscriber",
    "PrefectEventsClient",
    "check_server_version",
    "events_in_socket_from_api_url",
    "events_out_socket_from_api_url",
    "get_events_client",
    "get_events_subscriber",
    "http_to_ws",
]


def events_in_socket_from_api_url(url: str) -> str:
    """Where an API takes events by websocket."""
    return http_to_ws(url) + "/events/in"


def events_out_socket_from_api_url(url: str) -> str:
    """Where an API sends events by websocket."""
    return http_to_ws(url) + "/events/out"


async def check_server_version(api_url: str, logger: Any, *, raise_on_error: bool = True) -> None:
    """Ask a server for its version; raises `RuntimeError` if it does not answer, or logs that."""
    try:
        await http.link(api_url, AWAITING).call(named("flows.count"))
    except Exception as error:
        if raise_on_error:
            raise RuntimeError(f"The server at {api_url} does not answer: {error}") from error
        logger.debug("The server at %s does not answer: %s", api_url, error)


class EventsClient(abc.ABC):
    """Something that takes events."""

    @property
    def client_name(self) -> str:
        return type(self).__name__

    async def emit(self, event: Event) -> None:
        """Send an event; it has arrived when this returns."""
        if not hasattr(self, "_in_context"):
            raise TypeError("Events may only be emitted while this client is being used as a context manager")
        await self._emit(event)
        EVENTS_EMITTED.labels(self.client_name).inc()

    async def emit_all(self, events: list[Event]) -> None:
        """Send some events, in their order."""
        for event in events:
            await self.emit(event)

    @abc.abstractmethod
    async def _emit(self, event: Event) -> None: ...

    async def __aenter__(self) -> Self:
        self._in_context = True
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        del self._in_context


class NullEventsClient(EventsClient):
    """Takes events and does nothing with them."""

    async def _emit(self, event: Event) -> None:
        pass


class _Recording(EventsClient):
    """Keeps what it is given, for tests."""

    last: ClassVar[Any] = None
    all: ClassVar[list[Any]] = []

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    events: list[Event]

    @classmethod
    def reset(cls) -> None:
        """Forget all clients of this kind."""
        cls.last = None
        cls.all = []

    def pop_events(self) -> list[Event]:
        """The events so far; they are forgotten here."""
        found, self.events = self.events, []
        return found

    def _begin(self, *args: Any, **kwargs: Any) -> None:
        cls: Any = type(self)
        cls.last = self
        cls.all.append(self)
        self.args, self.kwargs, self.events = args, kwargs, []


class AssertingEventsClient(_Recording):
    """Keeps what it is given instead of sending it, for tests."""

    last: ClassVar[AssertingEventsClient | None] = None
    all: ClassVar[list[AssertingEventsClient]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._begin(*args, **kwargs)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    async def _emit(self, event: Event) -> None:
        self.events.append(event)


class PrefectEventsClient(EventsClient):
    """Sends events to a server, or without an `api_url` to where the settings say.

    What was sent has been acknowledged. Connections are made when they are needed, so the numbers of attempts
    and checkpoints that other clients take change nothing here.
    """

    def __init__(
        self,
        api_url: str | None = None,
        reconnection_attempts: int = 10,
        checkpoint_every: int = 700,
        checkpoint_interval: float = 30.0,
    ) -> None:
        self._api_url = api_url
        self._options: dict[str, Any] = {}

    async def _emit(self, event: Event) -> None:
        await self._send([event])

    async def emit_all(self, events: list[Event]) -> None:
        """Send some events at once, in their order."""
        await self._send(events)
        EVENTS_EMITTED.labels(self.client_name).inc(len(events))

    async def _send(self, events: list[Event]) -> None:
        body: list[JsonObject] = [event.model_dump(mode="json") for event in events]
        await self._link().call(named("events.create"), body=body)
        EVENT_WEBSOCKET_CHECKPOINTS.labels(self.client_name).inc()

    def _link(self) -> Any:
        url = self._api_url or settings.active()["api.url"]
        return http.link(url, AWAITING, **self._options) if url else choose.awaiting()


class AssertingPassthroughEventsClient(_Recording, PrefectEventsClient):
    """Sends what it is given and keeps it as well, for tests."""

    last: ClassVar[AssertingPassthroughEventsClient | None] = None
    all: ClassVar[list[AssertingPassthroughEventsClient]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        PrefectEventsClient.__init__(self, *args, **kwargs)
        self._begin(*args, **kwargs)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self

    async def _send(self, events: list[Event]) -> None:
        self.events.extend(events)
        await super()._send(events)


class PrefectCloudEventsClient(PrefectEventsClient):
    """Sends events to Prefect Cloud."""

    def __init__(
        self,
        api_url: str | None = None,
        api_key: str | None = None,
        reconnection_attempts: int = 10,
        checkpoint_every: int = 700,
        checkpoint_interval: float = 30.0,
    ) -> None:
        url, key = cloud(api_url, api_key)
        super().__init__(url, reconnection_attempts, checkpoint_every, checkpoint_interval)
        self._options = {"api_key": key}


def get_events_client(
    reconnection_attempts: int = 10, checkpoint_every: int = 700, checkpoint_interval: float = 30.0
) -> EventsClient:
    """The client for where events go by the settings."""
    return PrefectEventsClient(None, reconnection_attempts, checkpoint_every, checkpoint_interval)


class PrefectEventSubscriber(Subscriber[Event]):
    """Hears of the events that a filter finds: ``async for event in subscriber``.

    They come from a server as they happen, after those of the last minute, or without an API URL from the
    store of this process.
    """

    kind, kinds = "event", "Events"

    def __init__(
        self,
        api_url: str | None = None,
        filter: EventFilter | None = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        super().__init__(api_url, reconnection_attempts, reconnect_on_clean_close)
        self._filter = (filter or EventFilter()).model_copy(deep=True)
        if filter is None or "occurred" not in filter.model_fields_set:
            self._filter.occurred.since = now() - timedelta(minutes=1)
            self._filter.occurred.until = now() + timedelta(days=365)

    def _hello(self) -> JsonObject:
        wanted: JsonObject = orjson.loads(self._filter.model_dump_json(exclude_none=True))
        return {"type": "filter", "filter": wanted}

    def _socket(self, api_url: str) -> str:
        return events_out_socket_from_api_url(api_url)

    def _local(self) -> AsyncIterator[JsonObject]:
        return _local(self._filter)

    def _note_connection(self) -> None:
        EVENT_WEBSOCKET_CONNECTIONS.labels(self.client_name, "out", "initial").inc()

    def _taken(self, told: JsonObject) -> Event:
        event = ReceivedEvent.model_validate(told)
        self._filter.occurred.since = max(self._filter.occurred.since, event.occurred)
        EVENTS_OBSERVED.labels(self.client_name).inc()
        return event


# what is read of the store at a time, and how long its log is waited for
_PAGE, _FOLLOW_S = 50, 10.0


async def _local(filter: EventFilter) -> AsyncIterator[JsonObject]:
    """The events of this process's store, as they happen."""
    link = choose.awaiting()
    seen = _sockets.Seen()
    wanted = filter.model_copy(deep=True)
    while True:
        after = await link.position()
        body: JsonObject = {
            "filter": {**orjson.loads(wanted.model_dump_json(exclude_none=True)), "order": "ASC"},
            "limit": _PAGE,
        }
        while True:
            page = await link.call(named("events.filter"), body=body)
            for event in page["events"]:
                if seen.is_new(event["id"]):
                    yield event
            if len(page["events"]) < _PAGE or page["events"][-1]["occurred"] == page["events"][0]["occurred"]:
                break
            body["filter"]["occurred"] = {
                **body["filter"].get("occurred", {}),
                "since": page["events"][-1]["occurred"],
            }
        await link.follow(["*"], after, _FOLLOW_S)


class PrefectCloudEventSubscriber(PrefectEventSubscriber):
    """Hears of events from Prefect Cloud."""

    def __init__(
        self,
        api_url: str | None = None,
        api_key: str | None = None,
        filter: EventFilter | None = None,
        reconnection_attempts: int = 10,
        reconnect_on_clean_close: bool = False,
    ) -> None:
        url, key = cloud(api_url, api_key)
        super().__init__(url, filter, reconnection_attempts, reconnect_on_clean_close)
        self._api_key = key


class PrefectCloudAccountEventSubscriber(PrefectCloudEventSubscriber):
    """Hears of the events of an account of Prefect Cloud."""


def get_events_subscriber(
    filter: EventFilter | None = None,
    reconnection_attempts: int = 10,
    reconnect_on_clean_close: bool = False,
) -> PrefectEventSubscriber:
    """The subscriber for where events are by the settings."""
    return PrefectEventSubscriber(
        filter=filter,
        reconnection_attempts=reconnection_attempts,
        reconnect_on_clean_close=reconnect_on_clean_close,
    )
