"""The websocket on which task workers are handed background task runs, and say that they have them."""

from __future__ import annotations

from collections import deque
from typing import Any, cast

from prefect._api.backend import Backend
from prefect._api.inbox import Inbox, perform, perform_at_end
from prefect._api.sockets import Socket, SocketClosed
from prefect._base import clock, ids
from prefect._service.task_workers import deliveries, operations

PATH = "/task_runs/subscriptions/scheduled"
VIOLATION = 4001
MOST_AHEAD = 100


class Subscription:
    """One connected task worker. `window` runs at most are sent to it of which it has said nothing yet.

    A worker that asks for a window (the original's do not) also gets the parameters that are kept of a run.
    """

    def __init__(
        self, socket: Socket, backend: Backend, identifier: str, keys: list[str], window: int | None
    ) -> None:
        self._socket = socket
        self._backend = backend
        self._inbox = Inbox(socket, backend)
        self._identifier = identifier
        self._keys = keys
        self._window = window or 1
        self._take = deliveries.take if window is None else deliveries.take_whole
        self._connection = ids.new_id()
        self._sent: deque[str] = deque()
        self._renew_s = 0.0

    async def serve(self) -> None:
        """Hand out runs until the worker goes away."""
        await perform(self._backend, operations.connect, self._connection, self._identifier, self._keys)
        self._renew_s = clock.system.monotonic_s() + operations.RENEW_S
        try:
            while True:
                after, pause_s = await self._send()
                wanted = self._keys if len(self._sent) < self._window else ()
                for message in await self._inbox.next(wanted, after, pause_s):
                    await self._hear(message)
                await self._renew()
        finally:
            self._inbox.close()
            await perform_at_end(
                self._backend, operations.disconnect, self._connection, self._identifier, list(self._sent)
            )

    async def _send(self) -> tuple[int, float]:
        """Fill the window; after which entry of the log, and after how many seconds to look again."""
        pause_s = max(0.0, self._renew_s - clock.system.monotonic_s())
        while (room := self._window - len(self._sent)) > 0:
            taken: deliveries.Taken = await perform(
                self._backend, self._take, self._identifier, self._keys, room
            )
            if not taken.runs:
                if taken.next_due_us is not None:
                    due_s = (taken.next_due_us - clock.system.now_us()) / 1e6
                    pause_s = min(pause_s, max(0.0, due_s))
                return taken.after, pause_s
            # all of them are this connection's business before the first is sent
            self._sent.extend(run["id"] for run in taken.runs)
            for run in taken.runs:
                await self._socket.tell(run)
        return 0, pause_s

    async def _hear(self, message: Any) -> None:
        kind = cast("dict[str, Any]", message).get("type") if isinstance(message, dict) else None
        if kind == "quit":
            await self._socket.close(1000, "")
        if not self._sent:
            return  # nothing was asked of the worker
        if kind != "ack":
            await self._socket.close(VIOLATION, "Protocol violation: expected 'ack' or 'quit' message")
        id = self._sent.popleft()
        await perform(self._backend, deliveries.received, self._identifier, id)

    async def _renew(self) -> None:
        if clock.system.monotonic_s() >= self._renew_s:
            self._renew_s = clock.system.monotonic_s() + operations.RENEW_S
            await perform(self._backend, operations.renew, self._connection, self._identifier)


async def serve(socket: Socket, backend: Backend, secret: str | None) -> None:
    """Let a task worker in, and hand out runs to it."""
    try:
        await socket.open(secret)
        subscription = await _subscribed(socket, backend)
        await subscription.serve()
    except SocketClosed:
        pass


async def _subscribed(socket: Socket, backend: Backend) -> Subscription:
    message = await socket.message()
    asked = cast("dict[str, Any]", message) if isinstance(message, dict) else {}
    if asked.get("type") != "subscribe":
        await socket.close(VIOLATION, "Protocol violation: expected 'subscribe' message")
    keys = asked.get("keys")
    if not isinstance(keys, list) or not keys:
        await socket.close(VIOLATION, "Protocol violation: expected 'keys' in subscribe message")
    if not asked.get("client_id"):
        await socket.close(VIOLATION, "Protocol violation: expected 'client_id' in subscribe message")
    named = sorted({str(key) for key in cast("list[Any]", keys)})
    window = asked.get("window")
    ahead = min(window, MOST_AHEAD) if isinstance(window, int) and window > 0 else None
    return Subscription(socket, backend, str(asked["client_id"]), named, ahead)
