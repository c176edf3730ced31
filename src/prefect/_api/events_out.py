"""The websocket on which clients hear of events: those that were, if they want, then all as they happen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from typing import Any

from prefect._api import listening
from prefect._api.listening import Hub, Listener
from prefect._api.sockets import Socket, SocketClosed
from prefect._base import clock, lazy
from prefect._service.events import filtering, streaming
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

FOLLOW_S = 60.0
_FILTER = "prefect.events.filters:EventFilter"


class EventsOut:
    """Sends the events of one store to all who listen here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hub: Hub[JsonObject] = Hub(self._position, self._news)

    async def _position(self) -> int:
        return await self._read(streaming.position)

    async def _news(self, after: int) -> tuple[list[JsonObject], int]:
        events, place = await self._read(streaming.news, after)
        if place == after:
            await asyncio.wrap_future(self._store.follow({"*"}, after, FOLLOW_S))
        return events, place

    async def _read(self, function: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> Any:
        async def work(tx: Tx) -> Any:
            return await function(Unit(tx, clock.system.now_us()), *arguments)

        return await asyncio.to_thread(self._store.read, work)

    async def serve(self, socket: Socket, secret: str | None) -> None:
        """Send events until the client goes away."""
        with suppress(SocketClosed):
            await socket.open(secret)
            given, message = await listening.asked(socket, _FILTER)
            listener = await self._hub.join()
            try:
                backfill = message.get("backfill", True) is not False
                await listening.until_gone(socket, self._send(socket, listener, given, backfill))
            finally:
                self._hub.leave(listener)

    async def _send(
        self, socket: Socket, listener: Listener[JsonObject], given: JsonObject, backfill: bool
    ) -> None:
        sent: set[str] = set()
        if backfill:
            async for event in self._stored(given):
                if event["id"] not in sent:
                    sent.add(event["id"])
                    await socket.tell({"type": "event", "event": event})

        def told(event: JsonObject) -> JsonObject | None:
            now_us = clock.system.now_us()
            if event["id"] in sent or not filtering.includes(given, event, now_us, is_open=True):
                return None
            return {"type": "event", "event": event}

        await listening.forward(socket, listener, told)

    async def _stored(self, given: JsonObject) -> AsyncIterator[JsonObject]:
        values = settings.active()
        page: int = values["server.events.websocket_backfill_page_size"]
        furthest = values["server.events.maximum_websocket_backfill"]
        now_us = clock.system.now_us()
        since_us, _ = filtering.span(given, now_us, is_open=True)
        since_us = max(since_us, now_us - round(furthest.total_seconds() * 1e6))
        bounded = {
            **given,
            "occurred": {**filtering.part(given, "occurred"), "since": clock.to_iso(since_us)},
        }
        offset = 0
        while True:
            events = await self._read(streaming.stored, bounded, offset, page)
            for event in events:
                yield event
            if len(events) < page:
                break
            offset += page
        for event in await self._read(streaming.unread, bounded):
            yield event
