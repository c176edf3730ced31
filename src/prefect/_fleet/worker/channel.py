"""The websocket between a worker and its server: runs and news of the pool come in, heartbeats go out.

What the channel cannot do, or not at present, is done by requests: a server without it serves all the same.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import orjson

from prefect._base import clock, ids, lazy, owner
from prefect._fleet.claims import Claimed, Claims, claimed
from prefect._fleet.worker import cleaning
from prefect._fleet.worker.cleaning import Interrupted
from prefect._wire import worker_channel as wire
from prefect.client.schemas.objects import WorkPool
from prefect.settings import active

exceptions: Any = lazy.module("websockets.exceptions")
streams: Any = lazy.module("prefect._link.streams")

Json = dict[str, Any]

SETUP_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 30.0
# codes with which a server says that coming again is of no use
_FINAL = frozenset({1002, 1008})


class Channel:
    """Keeps a worker connected with its server."""

    def __init__(self, worker: Any) -> None:
        self._worker = worker
        self._connection: Any = None
        self._accepted: frozenset[str] = frozenset()
        self._asked: tuple[str, asyncio.Future[Json]] | None = None
        self._consumer = ids.new_id()
        self._cleaner = cleaning.Cleaner(worker, self._tell)
        self.settled = asyncio.Event()
        """Set once the channel is open, or is known not to open at present."""

    @property
    def is_open(self) -> bool:
        """Whether the server hears and answers on the channel."""
        return self._connection is not None

    @property
    def brings_runs(self) -> bool:
        """Whether the server hands out runs on the channel: one of ours does."""
        return self.is_open and wire.CLAIMS in self._accepted

    async def keep(self) -> None:
        """Be connected, until cancelled; returns when the server says that it will never be."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await self._session()
                pause_s = FIRST_PAUSE_S
            except (streams.Refused, *streams.RETRYABLE, exceptions.InvalidHandshake) as error:
                if _is_final(error):
                    self._worker._logger.debug("There is no channel to the server: %s", error)
                    return
                self._worker._logger.debug("The channel to the server is interrupted: %r", error)
            finally:
                self.settled.set()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def claim(self, body: Json) -> Json:
        """Wait for runs, which are this process's own from then on. Raises `Interrupted`."""
        if self._asked is None:
            future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
            self._asked = (ids.new_id(), future)
            await self._tell("claims.request.v1", body, self._asked[0])
        # whoever is cancelled here leaves the request to the next one, for there may be one at a time
        id_, future = self._asked
        answer = await asyncio.shield(future)
        self._asked = None
        confirming = asyncio.ensure_future(self._tell("claims.received.v1", {"request_frame_id": id_}))
        try:
            await asyncio.shield(confirming)
        except asyncio.CancelledError:  # too late to refuse them
            await confirming
        return answer

    async def withdraw(self) -> None:
        """Want no more runs: by another connection, on which nothing is asked for."""
        if self._asked is not None and self._connection is not None:
            await self._connection.close()

    # -- one connection ---------------------------------------------------------------------------------

    async def _session(self) -> None:
        name = quote(self._worker._work_pool_name, safe="")
        url = f"{streams.http_to_ws(active()['api.url'])}/work_pools/{name}/workers/connect"
        connection = await streams.opened(url, _frame("worker.hello.v1", self._hello()))
        beating: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(SETUP_S):
                ready = orjson.loads(await connection.recv())["payload"]
            self._connection, self._accepted = connection, frozenset(ready["accepted_capabilities"])
            self._worker.backend_id = ready["worker_id"] or self._worker.backend_id
            self._note(ready["initial_snapshot"])
            self.settled.set()
            beating = asyncio.create_task(self._beat(ready["effective_heartbeat_interval_seconds"]))
            async for message in connection:
                self._hear(orjson.loads(message))
        finally:
            self._connection = None
            self._interrupt()
            if beating is not None:
                beating.cancel()
            await connection.close()

    def _hello(self) -> Json:
        worker = self._worker
        kinds = list(worker.handled_cleanup_kinds)
        return {
            "consumer_id": self._consumer,
            "worker_name": worker.name,
            "worker_type": worker.type,
            "heartbeat_interval_seconds": worker.heartbeat_interval_seconds,
            "supported_channel_versions": [wire.VERSION],
            "requested_capabilities": [
                wire.HEARTBEATS,
                wire.SNAPSHOTS,
                *([wire.CLEANUPS] if kinds else []),
                wire.CLAIMS,
            ],
            "work_queue_names": sorted(worker._work_queues),
            "handled_cleanup_kinds": kinds,
            "max_cleanup_concurrency": worker.max_cleanup_concurrency,
        }

    def _interrupt(self) -> None:
        if self._asked is not None and not self._asked[1].done():
            self._asked[1].set_exception(Interrupted())
            self._asked[1].exception()  # it may be that nobody waits
        self._asked = None

    async def _beat(self, interval_s: float) -> None:
        worker = self._worker
        while True:
            await asyncio.sleep(interval_s)
            payload = {
                "consumer_id": self._consumer,
                "worker_name": worker.name,
                "heartbeat_interval_seconds": worker.heartbeat_interval_seconds,
            }
            try:
                await self._tell("worker.heartbeat.v1", payload)
            except Interrupted:  # the session ends
                return
            worker._note_poll()

    def _hear(self, frame: Json) -> None:
        payload: Json = frame["payload"]
        match frame["type"]:
            case "work_pool.snapshot.v1":
                self._note(payload)
            case "claims.granted.v1":
                if self._asked is not None and self._asked[0] == payload["request_frame_id"]:
                    self._asked[1].set_result(payload)
            case "cleanup.message.v1":
                self._cleaner.begin(payload)
            case "cleanup.operation_result.v1":
                self._cleaner.told(payload)
            case other:
                self._worker._logger.debug("A message of a kind that is not known here: %s", other)

    def _note(self, snapshot: Json) -> None:
        pool = WorkPool.model_validate(snapshot["work_pool"])
        if pool.base_job_template:  # a pool without one is given one by request
            self._worker._work_pool = pool

    async def _tell(self, type_: str, payload: Json, id_: str | None = None) -> None:
        if self._connection is None:
            raise Interrupted
        try:
            await self._connection.send(orjson.dumps(_frame(type_, payload, id_)).decode())
        except streams.RETRYABLE as error:
            raise Interrupted from error

    async def close(self) -> None:
        """Go away; what was to be cleaned up is finished or given back by then."""
        await self._cleaner.close()
        if self._connection is not None:
            await self._connection.close()


class Pushed:
    """Runs that come on the channel; while it brings none they are asked for by request."""

    def __init__(self, channel: Channel, asking: Claims) -> None:
        self._channel = channel
        self.asking = asking

    async def next(self, room: int) -> list[Claimed]:
        """See `Source.next`. Raises `Unclaimable`."""
        if not self._channel.brings_runs:
            return await self.asking.next(room)
        body = {**self.asking.body(), "limit": min(room, 200), "owner": owner.current()}
        try:
            answer = await self._channel.claim(body)
        except Interrupted:
            return []
        return [claimed(each) for each in answer["runs"]]


def _frame(type_: str, payload: Json, id_: str | None = None) -> Json:
    sent_at = clock.to_iso(clock.system.now_us())
    return {"type": type_, "id": id_ or ids.new_id(), "sent_at": sent_at, "payload": payload}


def _is_final(error: BaseException) -> bool:
    """Whether a server that refused or ended a connection so will not do otherwise later."""
    if isinstance(error, streams.Refused):
        return True
    response: Any = getattr(error, "response", None)
    if response is not None:
        return response.status_code < 500
    frame: Any = getattr(error, "rcvd", None)
    return frame is not None and frame.code in _FINAL
