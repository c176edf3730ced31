"""Waiting on a websocket for two things at once: what the client says, and what happens in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from prefect._api.backend import Backend
from prefect._api.sockets import Socket
from prefect._base import clock
from prefect._base.errors import StoreError
from prefect._service.unit import Unit
from prefect._store.store import Tx

logger = logging.getLogger("prefect.server")


class Inbox:
    """The messages of one client, one after the other."""

    def __init__(self, socket: Socket, backend: Backend) -> None:
        self._socket = socket
        self._backend = backend
        self._reading: asyncio.Task[Any] | None = None

    async def next(self, wanted: Collection[str], after: int, timeout_s: float) -> list[Any]:
        """The next message, as a list of one; an empty list when something else is worth a look.

        That is an entry of the log after number `after` about one of `wanted`, or the end of `timeout_s`
        seconds. Raises `SocketClosed` when the client is gone.
        """
        reading = self._reading = self._reading or asyncio.create_task(self._socket.message())
        news = asyncio.wrap_future(self._backend.store.follow(wanted, after, timeout_s)) if wanted else None
        awaited: set[asyncio.Future[Any]] = {reading} if news is None else {reading, news}
        try:
            await asyncio.wait(awaited, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if news is not None and not news.done():
                news.cancel()
        if news is not None and news.done() and not news.cancelled():
            news.result()  # a store that fails is told
        if not reading.done():
            return []
        self._reading = None
        return [reading.result()]

    def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None


async def perform(
    backend: Backend, function: Callable[..., Awaitable[Any]], *arguments: Any, **more: Any
) -> Any:
    """Carry out `function(unit, ...)` in one write transaction; what it wrote is durable then."""

    async def work(tx: Tx) -> Any:
        return await function(Unit(tx, clock.system.now_us()), *arguments, **more)

    return await asyncio.wrap_future(backend.store.write(work))


async def perform_at_end(backend: Backend, function: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
    """As :func:`perform`, when a connection ends; that may be with the server, and the store be closed."""
    try:
        await asyncio.shield(perform(backend, function, *arguments))
    except StoreError as error:
        # what was held is handed out again when its time is over
        logger.debug("The end of a connection could not be noted: %s", error)
