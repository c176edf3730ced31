"""Where a task worker gets its runs from: the embedded store, or a server's websocket."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol

from prefect._base import clock, ids, jsontext, lazy
from prefect._base.ports import AWAITING
from prefect._fleet.tasks.delivered import Delivered
from prefect._wire.operation import named
from prefect.logging.loggers import get_logger
from prefect.settings import active

choose: Any = lazy.module("prefect._link.choose")
streams: Any = lazy.module("prefect._link.streams")
exceptions: Any = lazy.module("websockets.exceptions")

logger = get_logger("task_worker")

WAIT_S, RENEW_S = 20.0, 10.0
# a server takes a run back that was sent and not acknowledged for 30 seconds; it is left to it before that
UNACKNOWLEDGED_S = 20.0
MOST_AHEAD = 100
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 5.0


class Feed(Protocol):
    """Hands out runs. They belong to this worker from when `next` has given them."""

    async def open(self) -> None: ...

    async def next(self, room: int) -> list[Delivered]:
        """Some runs, `room` at most; waits for the first. None of them is lost when this is cancelled."""
        ...

    async def close(self) -> None:
        """Leave what was not given out to others."""
        ...


def feed(keys: Sequence[str], client_id: str, ahead: int) -> Feed:
    """The feed that the settings mean."""
    url = active()["api.url"]
    return SocketFeed(url, keys, client_id, ahead) if url else LinkFeed(keys, client_id)


class LinkFeed:
    """Takes runs by asking for them: woken by the log of the embedded store."""

    def __init__(self, keys: Sequence[str], client_id: str) -> None:
        self._worker = {"connection": ids.new_id(), "identifier": client_id, "task_keys": list(keys)}
        self._renewing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self.take(0, 0.0)
        self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        while True:
            await clock.system.asleep(RENEW_S)
            await self.take(0, 0.0)

    async def next(self, room: int) -> list[Delivered]:
        while True:
            found = await self.take(room, WAIT_S)
            if found:
                return found

    async def take(self, room: int, wait_s: float) -> list[Delivered]:
        body = {**self._worker, "limit": room, "wait_s": wait_s}
        answer = await choose.awaiting().call(named("task_workers.take"), body=body)
        return [Delivered(each["task_run"], each["parameters"]) for each in answer["runs"]]

    async def close(self) -> None:
        if self._renewing is not None:
            self._renewing.cancel()
        body = {"connection": self._worker["connection"]}
        await choose.awaiting().call(named("task_workers.leave"), body=body)


class SocketFeed:
    """Is sent runs by a server; acknowledges each when there is room for it, in the order of arrival."""

    def __init__(self, url: str, keys: Sequence[str], client_id: str, ahead: int) -> None:
        self._url = streams.http_to_ws(url) + "/task_runs/subscriptions/scheduled"
        window = max(1, min(ahead, MOST_AHEAD))
        self._hello = {"type": "subscribe", "keys": list(keys), "client_id": client_id, "window": window}
        self._arrived: deque[tuple[float, Delivered]] = deque()
        self._news = asyncio.Event()
        self._connection: Any = None
        self._reading: asyncio.Task[None] | None = None
        self._refused: BaseException | None = None

    async def open(self) -> None:
        """Connect; raises `PermissionError` where the server does not let us in."""
        await self._connect()
        self._reading = asyncio.create_task(self._read())

    async def _connect(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                self._connection = await streams.opened(self._url, self._hello)
                return
            except streams.Refused as refused:
                raise PermissionError(
                    f"{refused} Check PREFECT_API_AUTH_STRING or PREFECT_API_KEY."
                ) from refused
            except exceptions.InvalidStatus as refused:
                if refused.response.status_code == 403:
                    raise PermissionError(
                        f"The server at {self._url} answered 403: it lets no task worker in, "
                        "or not with these credentials. Check PREFECT_API_URL, PREFECT_API_AUTH_STRING "
                        "and PREFECT_API_KEY."
                    ) from refused
                problem: Exception = refused
            except (*streams.RETRYABLE, exceptions.InvalidHandshake) as error:
                problem = error
            logger.warning("The server at %s cannot be reached (%s); trying again.", self._url, problem)
            await AWAITING.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _read(self) -> None:
        try:
            while True:
                try:
                    await self._receive()
                except streams.RETRYABLE as error:
                    logger.debug("The connection to %s ended: %r", self._url, error)
                await self._drop()
                await self._connect()
        except PermissionError as refused:
            self._refused = refused
            self._news.set()

    async def _receive(self) -> None:
        """Take in what comes, until what has arrived grows too old to be acknowledged."""
        while True:
            oldest_s = self._arrived[0][0] if self._arrived else None
            limit_s = UNACKNOWLEDGED_S
            if oldest_s is not None:
                limit_s = oldest_s + UNACKNOWLEDGED_S - clock.system.monotonic_s()
                if limit_s <= 0:
                    return
            try:
                # of Python 3.11 `wait_for` may lose that it is cancelled, when a message comes in that moment
                async with asyncio.timeout(limit_s):
                    message = await self._connection.recv()
            except TimeoutError:
                continue
            run = jsontext.loads(message)
            delivered = Delivered(run, run.pop("kept_parameters", None))
            self._arrived.append((clock.system.monotonic_s(), delivered))
            self._news.set()

    async def _drop(self) -> None:
        """Close the connection; the server hands out again what was not acknowledged on it."""
        connection, self._connection = self._connection, None
        self._arrived.clear()
        if connection is not None:
            await connection.close()

    async def next(self, room: int) -> list[Delivered]:
        while True:
            if self._refused is not None:
                raise self._refused
            found: list[Delivered] = []
            while self._arrived and self._connection is not None and len(found) < room:
                arrived_s, delivered = self._arrived.popleft()
                if clock.system.monotonic_s() - arrived_s >= UNACKNOWLEDGED_S:
                    self._arrived.appendleft((arrived_s, delivered))
                    break
                found.append(delivered)
            if found and (received := await self._acknowledge(len(found))):
                return found[:received]
            self._news.clear()
            if not (self._arrived and self._connection is not None):
                await self._news.wait()
            else:
                await AWAITING.sleep(_FIRST_PAUSE_S)  # about to be dropped, being too old

    async def _acknowledge(self, count: int) -> int:
        """Tell the server that the oldest runs are received; of how many that could be told."""
        for number in range(count):
            try:
                await self._connection.send('{"type":"ack"}')
            except (*streams.RETRYABLE, AttributeError):
                return number
        return count

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait([self._reading])
        await self._drop()
