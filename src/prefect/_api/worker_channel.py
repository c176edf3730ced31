"""The websocket of a worker: heartbeats in; changes of its pool, its runs and what it is to clean up out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from prefect._api.backend import Backend
from prefect._api.handing_out import HandingOut
from prefect._api.inbox import Inbox, perform, perform_at_end
from prefect._api.sockets import POLICY_VIOLATION, Socket, SocketClosed
from prefect._base import clock, ids
from prefect._base.errors import NotFound, OperationError, StoreError
from prefect._service.work_pools import channel
from prefect._service.workers import cleanup
from prefect._wire import worker_channel as wire

PREFIX, SUFFIX = "/work_pools/", "/workers/connect"
PROTOCOL_ERROR, TRY_AGAIN = 1002, 1011
LOOK_S = 30.0
_FINISHING: Mapping[str, tuple[str, type[wire.Reservation]]] = {
    "cleanup.ack.v1": ("ack", wire.Reservation),
    "cleanup.renew.v1": ("renew", wire.Reservation),
    "cleanup.release.v1": ("release", wire.Release),
}
P = TypeVar("P", bound=wire.Part)


class Channel:
    """One connected worker of a pool."""

    def __init__(self, socket: Socket, backend: Backend, pool_name: str, hello: wire.Hello) -> None:
        self._socket = socket
        self._backend = backend
        self._inbox = Inbox(socket, backend)
        self._pool_name = pool_name
        self._hello = hello
        self._connection = ids.new_id()
        self._sequence = 0
        self._seen: channel.Seen | None = None
        self._held = 0
        self._failing: asyncio.Task[None] | None = None
        cleans = wire.CLEANUPS in hello.requested_capabilities
        self._most_held = max(1, hello.max_cleanup_concurrency) if cleans else 0
        self._claims = wire.CLAIMS in hello.requested_capabilities
        self._handing_out = HandingOut(backend, pool_name, self._tell, self._fail)
        self._kinds = sorted(cleanup.KINDS & set(hello.handled_cleanup_kinds)) if cleans else []

    async def serve(self) -> None:
        """Greet the worker, then go on until it goes away."""
        try:
            joined: channel.Joined = await perform(
                self._backend, channel.join, self._pool_name, self._hello.model_dump()
            )
        except OperationError:
            await self._socket.close(POLICY_VIOLATION, "authorization_failed")
            raise
        await self._ready(joined)
        try:
            while True:
                after = await self._news(joined)
                for message in await self._inbox.next({joined.pool_id}, after, LOOK_S):
                    await self._hear(_frame(message), joined)
        finally:
            self._inbox.close()
            await self._handing_out.close()
            await perform_at_end(self._backend, cleanup.put_back_all, self._connection)

    async def _ready(self, joined: channel.Joined) -> None:
        requested = self._hello.requested_capabilities
        self._seen = joined.seen
        await self._tell(
            "worker.ready.v1",
            {
                "consumer_id": self._hello.consumer_id,
                "worker_id": joined.worker_id,
                "selected_channel_version": wire.VERSION,
                "effective_heartbeat_interval_seconds": self._hello.heartbeat_interval_seconds,
                "accepted_capabilities": [name for name in requested if name in wire.CAPABILITIES],
                "rejected_capabilities": [name for name in requested if name not in wire.CAPABILITIES],
                "effective_max_cleanup_concurrency": self._most_held,
                "resolved_work_queues": joined.queues,
                "initial_snapshot": self._snapshot("initial", joined.seen),
            },
        )

    async def _news(self, joined: channel.Joined) -> int:
        """Tell what is new about the pool; after which entry of the log to look again."""
        look: channel.Look = await perform(
            self._backend,
            channel.look,
            joined,
            consumer=self._connection,
            kinds=self._kinds,
            room=self._most_held - self._held,
        )
        if look.seen is None:
            await self._socket.close(POLICY_VIOLATION, "authorization_failed")
        if look.seen != self._seen:
            assert look.seen is not None
            self._seen = look.seen
            await self._tell("work_pool.snapshot.v1", self._snapshot("work_pool_updated", look.seen))
        for message in look.messages:
            self._held += 1
            await self._tell("cleanup.message.v1", message)
        return look.after

    async def _hear(self, frame: wire.Frame, joined: channel.Joined) -> None:
        if frame.type == "worker.heartbeat.v1":
            await self._beat(_payload(wire.Heartbeat, frame), joined)
        elif frame.type in _FINISHING:
            operation, kind = _FINISHING[frame.type]
            await self._finish(frame, operation, _payload(kind, frame))
        elif frame.type == "claims.request.v1" and self._claims and not self._handing_out.is_asked():
            self._handing_out.ask(str(frame.id), _payload(wire.ClaimRequest, frame))
        elif frame.type == "claims.received.v1":
            if not self._handing_out.confirm(_payload(wire.ClaimReceived, frame).request_frame_id):
                raise ProtocolError
        else:
            raise ProtocolError

    def _fail(self) -> None:
        """Runs cannot be handed out: let the worker come again, or ask in another way."""
        self._failing = asyncio.create_task(self._closed())

    async def _closed(self) -> None:
        with contextlib.suppress(SocketClosed):
            await self._socket.close(TRY_AGAIN, "transient_server_error")

    async def _beat(self, beat: wire.Heartbeat, joined: channel.Joined) -> None:
        if (beat.consumer_id, beat.worker_name) != (self._hello.consumer_id, self._hello.worker_name):
            raise ProtocolError
        try:
            await perform(
                self._backend, channel.beat, joined, beat.worker_name, beat.heartbeat_interval_seconds
            )
        except NotFound:  # the pool was deleted since the last look
            await self._socket.close(POLICY_VIOLATION, "authorization_failed")
        except StoreError:
            await self._socket.close(TRY_AGAIN, "heartbeat_persistence_failed")

    async def _finish(self, frame: wire.Frame, operation: str, told: wire.Reservation) -> None:
        outcome = await perform(self._backend, cleanup.finish, operation, told.model_dump())
        if operation != "renew" or outcome["status"] != "accepted":
            self._held = max(0, self._held - 1)
        result: dict[str, Any] = {
            "request_frame_id": str(frame.id),
            "message_id": told.message_id,
            "operation": operation,
            "lease_expires_at": None,
            "reason": None,
            "detail": None,
            **outcome,
        }
        await self._tell("cleanup.operation_result.v1", result)

    def _snapshot(self, reason: str, seen: channel.Seen) -> dict[str, Any]:
        self._sequence += 1
        return {"snapshot_sequence": self._sequence, "reason": reason, "work_pool": seen.pool}

    async def _tell(self, type_: str, payload: Mapping[str, Any]) -> None:
        sent_at = clock.to_iso(clock.system.now_us())
        await self._socket.tell({"type": type_, "id": ids.new_id(), "sent_at": sent_at, "payload": payload})


class ProtocolError(Exception):
    """The worker said something that it may not say, or not now."""


def pool_named(path: str) -> str | None:
    """The pool whose channel is at `path` (below the API); None for another path."""
    if not (path.startswith(PREFIX) and path.endswith(SUFFIX)):
        return None
    name = path[len(PREFIX) : -len(SUFFIX)]
    return name if name and "/" not in name else None


async def serve(socket: Socket, backend: Backend, secret: str | None, pool_name: str) -> None:
    """Let a worker in, and serve it until it goes away."""
    try:
        await socket.open(secret, is_greeted=True)
        try:
            hello = await _hello(socket)
            await Channel(socket, backend, pool_name, hello).serve()
        except ProtocolError:
            await socket.close(PROTOCOL_ERROR, "protocol_error")
        except StoreError:
            await socket.close(TRY_AGAIN, "transient_server_error")
    except SocketClosed:
        pass


async def _hello(socket: Socket) -> wire.Hello:
    frame = _frame(await socket.message())
    if frame.type != "worker.hello.v1":
        raise ProtocolError
    hello = _payload(wire.Hello, frame)
    if wire.VERSION not in hello.supported_channel_versions:
        await socket.close(POLICY_VIOLATION, "unsupported_version")
    if not set(hello.requested_capabilities) >= wire.REQUIRED:
        raise ProtocolError
    return hello


def _frame(message: Any) -> wire.Frame:
    return _checked(wire.Frame, message)


def _payload(kind: type[P], frame: wire.Frame) -> P:
    return _checked(kind, frame.payload)


def _checked(kind: type[P], value: Any) -> P:
    try:
        return kind.model_validate(value)
    except ValidationError as wrong:
        raise ProtocolError from wrong
