"""Those who listen on websockets: one reader for all, a queue for each, and what the protocols share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from prefect._api.decoding import adapter
from prefect._api.sockets import Socket, SocketClosed
from prefect._wire.operation import JsonObject

T = TypeVar("T")

PROTOCOL_ERROR, TRY_AGAIN_LATER = 1002, 1013
# what may wait for one listener; one who is slower is sent away, and catches up when it comes back
MOST_WAITING = 10_000
_MOST_REASON = 123


class Listener(Generic[T]):
    """One who listens: what waits for it, unless there was too much."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[T] = asyncio.Queue(MOST_WAITING)
        self.is_slow = False

    def offer(self, item: T) -> None:
        """Queue an item; behind one that had no place nothing more, so that what was sent has no gap."""
        if self.is_slow or self.queue.full():
            self.is_slow = True
        else:
            self.queue.put_nowait(item)


class Hub(Generic[T]):
    """Hands what `read` brings to all who listen; reads only while somebody does.

    `read` is told where it was (at first the result of `begin`), waits for news, and answers them with where
    it is then.
    """

    def __init__(
        self, begin: Callable[[], Awaitable[Any]], read: Callable[[Any], Awaitable[tuple[list[T], Any]]]
    ) -> None:
        self._begin, self._read = begin, read
        self._listeners: set[Listener[T]] = set()
        self._task: asyncio.Task[None] | None = None
        self._started: asyncio.Event | None = None

    async def join(self) -> Listener[T]:
        """Listen from now on."""
        listener: Listener[T] = Listener()
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._started = asyncio.Event()
            self._task = asyncio.create_task(self._run(self._started))
        task, started = self._task, self._started
        assert started is not None
        waiting = asyncio.create_task(started.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():  # it could not begin
            self.leave(listener)
            task.result()
        return listener

    def leave(self, listener: Listener[T]) -> None:
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, started: asyncio.Event) -> None:
        place = await self._begin()
        started.set()
        while True:
            items, place = await self._read(place)
            for item in items:
                for listener in self._listeners:
                    listener.offer(item)


async def asked(socket: Socket, filter_type: str) -> tuple[JsonObject, JsonObject]:
    """The filter of who listens, as JSON, and the whole message; sends away who asks for something else."""
    message: Any = await socket.message()
    told = cast("JsonObject", message) if isinstance(message, dict) else {}
    if told.get("type") != "filter":
        await socket.close(PROTOCOL_ERROR, "Expected 'filter' message")
    checked = adapter(filter_type)
    given: Any = None
    try:
        given = checked.validate_python(told.get("filter") or {})
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        reason = f"Invalid filter: {place}: {detail['msg']}".encode()[:_MOST_REASON]
        await socket.close(PROTOCOL_ERROR, reason.decode(errors="ignore"))
    return checked.dump_python(given, mode="json", exclude_unset=True), told


async def until_gone(socket: Socket, sending: Awaitable[None]) -> None:
    """Send until the other side goes away."""
    sender = asyncio.ensure_future(sending)
    receiver = asyncio.create_task(_gone(socket))
    done, pending = await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        with suppress(SocketClosed):
            task.result()


async def _gone(socket: Socket) -> None:
    with suppress(SocketClosed):
        while True:
            await socket.message()


async def forward(socket: Socket, listener: Listener[T], told: Callable[[T], JsonObject | None]) -> None:
    """Send what comes for a listener; `told` makes the message, None for what it did not ask for."""
    while True:
        if listener.is_slow and listener.queue.empty():
            await socket.close(TRY_AGAIN_LATER, "Too slow: come back and ask for what was missed")
        message = told(await listener.queue.get())
        if message is not None:
            await socket.tell(message)
