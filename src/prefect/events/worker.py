"""Sending events in the background: in their order, until they are acknowledged, before the program ends."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections import deque
from collections.abc import Awaitable
from concurrent.futures import Future
from typing import Any, ClassVar

from prefect._base import clock, ending, lazy
from prefect.events.clients import (
    EventsClient,
    NullEventsClient,
    PrefectCloudEventsClient,
    PrefectEventsClient,
)
from prefect.events.related import related_resources_from_run_context
from prefect.events.schemas.events import Event

settings: Any = lazy.module("prefect.settings")
logger = logging.getLogger("prefect.events")

MOST_AT_ONCE = 500
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 10.0
# how long the end of a program waits for events that cannot be sent
EXIT_S = 30.0


def emit_events_to_cloud() -> bool:
    """Whether events go to Prefect Cloud."""
    values = settings.active()
    url, cloud = values["api.url"], values["cloud.api_url"]
    return bool(url and cloud and url.startswith(cloud))


def should_emit_events_to_running_server() -> bool:
    """Whether events go to the server that the settings name."""
    return bool(settings.active()["api.url"]) and not emit_events_to_cloud()


def should_emit_events_to_ephemeral_server() -> bool:
    """Whether events go to the store of this process."""
    return not settings.active()["api.url"]


def should_emit_events() -> bool:
    """Whether events go anywhere: they always do, to a server or into the store of this process."""
    return True


class EventsWorker:
    """Sends what it is given, by a thread of its own that lives while there is something to send."""

    _instances: ClassVar[dict[Any, EventsWorker]] = {}
    _guard: ClassVar[threading.RLock] = threading.RLock()
    _override: ClassVar[tuple[type[EventsClient], dict[str, Any]] | None] = None

    def __init__(
        self, client_type: type[EventsClient], client_options: tuple[tuple[str, Any], ...] = ()
    ) -> None:
        self.client_type = client_type
        self.client_options = client_options
        self._reset()

    def _reset(self) -> None:
        self._waiting: deque[Event] = deque()
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._unsent = 0
        self._gives_up_at_s: float | None = None
        self._hurry = threading.Event()

    # -- whose worker -------------------------------------------------------------------------------

    @classmethod
    def set_client_override(cls, client_type: type[EventsClient] | None, **client_kwargs: Any) -> None:
        """Send by another client from now on; None undoes it. For tests."""
        cls._override = None if client_type is None else (client_type, client_kwargs)

    @classmethod
    def instance(cls, client_type: type[EventsClient] | None = None) -> EventsWorker:
        """The worker of this process for the place where events go at present."""
        options: dict[str, Any] = {}
        if client_type is None:
            if cls._override is not None:
                client_type, options = cls._override
            elif emit_events_to_cloud():
                client_type = PrefectCloudEventsClient
            else:
                client_type = PrefectEventsClient
        if issubclass(client_type, PrefectEventsClient) and "api_url" not in options:
            options = {**options, "api_url": settings.active()["api.url"] or None}
        given = tuple(sorted(options.items()))
        # a store is known by its settings; a worker holds on to the link of those that it was made with
        key = (client_type, given, id(settings.active()) if not options.get("api_url") else None)
        with cls._guard:
            found = cls._instances.get(key)
            if found is None:
                found = cls._instances[key] = cls(client_type, given)
            return found

    @classmethod
    def drain_all(cls, timeout: float | None = None, at_exit: bool = True) -> Any:
        """Send all that is waiting; answers what is done and what is not. In async code it is awaited."""
        for worker in list(cls._instances.values()):
            worker._finish(timeout)
        done: Future[bool] = Future()
        done.set_result(True)
        answer: tuple[set[Any], set[Any]] = ({done}, set())
        return _answer(answer)

    # -- sending --------------------------------------------------------------------------------------

    def start(self) -> None:
        """Nothing has to be started: the first event does."""

    def send(self, item: Event) -> None:
        """Have an event sent. Waits only while there are more than the settings allow."""
        most: int = settings.active()["events.worker_max_queue_size"]
        with self._changed:
            while most and len(self._waiting) >= most:
                self._changed.wait()
            self._waiting.append(item)
            self._unsent += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="prefect-events", daemon=True)
                self._thread.start()

    def drain(self, at_exit: bool = False) -> bool | Awaitable[bool]:
        """Send all that is waiting. In async code it is awaited."""
        self._finish(EXIT_S if at_exit else None)
        return _answer(True)

    def wait_until_empty(self) -> None:
        """Return when all that was given is sent."""
        self._finish(None)

    def _finish(self, timeout_s: float | None) -> None:
        with self._changed:
            if timeout_s is not None:
                self._gives_up_at_s = clock.system.monotonic_s() + timeout_s
            self._changed.wait_for(lambda: self._unsent == 0, timeout_s)
            if self._unsent:
                logger.error("%d events could not be sent before the end.", self._unsent)

    async def attach_related_resources_from_context(self, event: Event) -> None:
        """Add the runs at hand to an event."""
        known = {resource.id for resource in event.involved_resources}
        event.related += await related_resources_from_run_context(exclude=known)

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            runner.run(self._work())

    async def _work(self) -> None:
        async with self.client_type(**dict(self.client_options)) as client:
            while True:
                with self._changed:
                    if not self._waiting:
                        self._thread = None
                        return
                    count = min(len(self._waiting), MOST_AT_ONCE)
                    batch = [self._waiting.popleft() for _ in range(count)]
                    self._changed.notify_all()
                await self._send_all(client, batch)
                with self._changed:
                    self._unsent -= len(batch)
                    self._changed.notify_all()

    async def _send_all(self, client: EventsClient, batch: list[Event]) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await client.emit_all(batch)
                return
            except Exception as error:  # noqa: BLE001 - tried again until it is sent, or refused
                if self._is_final(error):
                    logger.error("%d events could not be sent: %s", len(batch), error)
                    return
                logger.warning(
                    "Events cannot be sent at present, the next try is in %g s: %s", pause_s, error
                )
                await clock.system.asleep(pause_s)
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def _is_final(self, error: Exception) -> bool:
        status = getattr(error, "status", None)
        if isinstance(status, int) and 400 <= status < 500 and status not in (408, 429):
            return True
        return self._gives_up_at_s is not None and clock.system.monotonic_s() > self._gives_up_at_s

    # -- forks ----------------------------------------------------------------------------------------

    def reset_for_fork(self) -> None:
        """Begin anew in a child: what waits is sent by the parent."""
        self._reset()

    @classmethod
    def reset_instances_for_fork(cls) -> None:
        """As :meth:`reset_for_fork`, for all workers."""
        cls._guard = threading.RLock()
        cls._instances = {}


def _answer(value: Any) -> Any:
    """The value, or something to await that gives it where a loop is running."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return value
    future: asyncio.Future[Any] = loop.create_future()
    future.set_result(value)
    return future


class ProcessPoolForwardingEventsClient(EventsClient):
    """Hands events to another process by a queue."""

    def __init__(self, event_queue: Any, item_type: str = "event") -> None:
        self._queue = event_queue
        self._item_type = item_type

    async def _emit(self, event: Event) -> None:
        self._queue.put((self._item_type, event))


def _drain_at_exit() -> None:
    EventsWorker.drain_all(timeout=EXIT_S)


ending.first(_drain_at_exit)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=EventsWorker.reset_instances_for_fork)

__all__ = [
    "EventsWorker",
    "NullEventsClient",
    "PrefectCloudEventsClient",
    "PrefectEventsClient",
    "ProcessPoolForwardingEventsClient",
    "emit_events_to_cloud",
    "should_emit_events",
    "should_emit_events_to_ephemeral_server",
    "should_emit_events_to_running_server",
]
