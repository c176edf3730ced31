"""The websocket on which clients hear of lines of log, if the settings have it so."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from prefect._api import listening
from prefect._api.listening import Hub
from prefect._api.sockets import Socket, SocketClosed
from prefect._base import clock, lazy
from prefect._service.logs import streaming
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

# lines of log are in no order of commits, so they are looked for this often, once for all who listen
LOOK_S = 0.1
_FILTER = "prefect._wire.filters:LogFilter"


class LogsOut:
    """Sends the lines of one store to all who listen here."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hub: Hub[JsonObject] = Hub(self._known, self._news)

    async def _known(self) -> frozenset[str]:
        return frozenset(line["id"] for line in await self._recent())

    async def _news(self, known: frozenset[str]) -> tuple[list[JsonObject], frozenset[str]]:
        await clock.system.asleep(LOOK_S)
        lines = await self._recent()
        fresh = [line for line in lines if line["id"] not in known]
        return fresh, frozenset(line["id"] for line in lines)

    async def _recent(self) -> list[JsonObject]:
        async def work(tx: Tx) -> list[JsonObject]:
            return await streaming.recent(Unit(tx, clock.system.now_us()))

        return await asyncio.to_thread(self._store.read, work)

    async def serve(self, socket: Socket, secret: str | None) -> None:
        """Send lines until the client goes away."""
        with suppress(SocketClosed):
            await socket.open(secret)
            given, _ = await listening.asked(socket, _FILTER)
            values = settings.active()
            if not (
                values["server.logs.stream_out_enabled"] and values["server.logs.stream_publishing_enabled"]
            ):
                while True:  # it may listen, there is nothing to hear
                    await socket.message()
            listener = await self._hub.join()

            def told(line: JsonObject) -> JsonObject | None:
                return {"type": "log", "log": line} if streaming.includes(given, line) else None

            try:
                await listening.until_gone(socket, listening.forward(socket, listener, told))
            finally:
                self._hub.leave(listener)
