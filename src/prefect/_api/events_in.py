"""The websocket on which clients tell events: each message one event, written as fast as they come."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

from pydantic import ValidationError

from prefect._api.backend import Backend, Caller
from prefect._api.decoding import adapter
from prefect._api.sockets import BAD_DATA, Socket, SocketClosed
from prefect._base.errors import OperationError
from prefect._wire.operation import JsonObject, named

logger = logging.getLogger("prefect.server")

PATH = "/events/in"
# events that may wait to be written; the client is not read from while there are more
MOST_WAITING = 1_000
_EVENT = "prefect._wire.events:Event"


class Intake:
    """Writes events in the order of their arrival, all that came meanwhile in one unit of work."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._waiting: deque[JsonObject] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def take(self, event: JsonObject) -> None:
        """Have `event` written soon."""
        self._waiting.append(event)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        if len(self._waiting) >= MOST_WAITING:
            await self.finish()

    async def finish(self) -> None:
        """Return when all that was taken is written."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
            try:
                await self._perform(batch)
            except OperationError:
                await self._write_singly(batch)

    async def _write_singly(self, batch: list[JsonObject]) -> None:
        for event in batch:
            try:
                await self._perform([event])
            except OperationError as refused:
                logger.warning("An event was left out: %s", refused)

    async def _perform(self, events: list[JsonObject]) -> None:
        await self._backend.perform(named("events.create"), {"body": events}, Caller())


async def serve(socket: Socket, backend: Backend, secret: str | None) -> None:
    """Take events until the client goes away; what it sent by then is written."""
    intake = Intake(backend)
    checked = adapter(_EVENT)
    try:
        await socket.open(secret)
        while True:
            message: Any = await socket.message()
            try:
                event = checked.validate_python(message)
            except ValidationError:
                await intake.finish()  # whoever is sent away finds that what came before is kept
                await socket.close(BAD_DATA, "Invalid event")
            else:
                await intake.take(checked.dump_python(event, mode="json", exclude_unset=True))
    except SocketClosed:
        pass
    finally:
        await intake.finish()
