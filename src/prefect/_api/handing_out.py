"""Runs for a worker on its channel: claimed when they are due and it is there, its own once it has them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from prefect._api.backend import Backend, Caller
from prefect._api.exchange import ClientGone
from prefect._api.inbox import perform_at_end
from prefect._api.sockets import SocketClosed
from prefect._base.errors import OperationError, StoreError
from prefect._service.claims import operations as claims
from prefect._wire.operation import named
from prefect._wire.worker_channel import ClaimRequest

# a request stands until there is something for it; the services are asked anew so often meanwhile
ROUND_S = 60.0

Tell = Callable[[str, dict[str, Any]], Awaitable[None]]


class HandingOut:
    """Answers the requests of one connection for runs, one at a time.

    What was handed out and not confirmed when the connection ends goes back to where it came from.
    """

    def __init__(self, backend: Backend, pool_name: str, tell: Tell, fail: Callable[[], None]) -> None:
        self._backend = backend
        self._pool_name = pool_name
        self._tell = tell
        self._fail = fail
        self._working: asyncio.Task[None] | None = None
        self._gone = asyncio.Event()
        self._unconfirmed: dict[str, dict[str, Any]] = {}

    def is_asked(self) -> bool:
        """Whether a request is waiting for its answer."""
        return self._working is not None and not self._working.done()

    def ask(self, frame_id: str, request: ClaimRequest) -> None:
        """Begin to answer a request."""
        self._working = asyncio.create_task(self._answer(frame_id, request))

    def confirm(self, frame_id: str) -> bool:
        """The answer to that request has arrived; False if there is no such answer."""
        return self._unconfirmed.pop(frame_id, None) is not None

    async def close(self) -> None:
        """Nothing more arrives there."""
        self._gone.set()
        if self._working is not None:
            await asyncio.wait([self._working])
        for undelivered in self._unconfirmed.values():
            await perform_at_end(self._backend, _release, undelivered)
        self._unconfirmed.clear()

    async def _answer(self, frame_id: str, request: ClaimRequest) -> None:
        try:
            with suppress(ClientGone, SocketClosed):
                await self._hand_out(frame_id, request)
        except (OperationError, StoreError):
            self._fail()

    async def _hand_out(self, frame_id: str, request: ClaimRequest) -> None:
        operation = named("work_pools.claim")
        body = {**request.model_dump(), "wait_s": ROUND_S}
        found: list[dict[str, Any]] = []
        while not found:
            arguments: dict[str, Any] = {"name": self._pool_name, "body": body}
            caller = Caller(request.owner)
            _, answer = await self._backend.perform(operation, arguments, caller, self._wait_gone)
            found = answer["runs"]
        self._unconfirmed[frame_id] = {
            "owner": request.owner,
            "flow_run_ids": [claimed["flow_run"]["id"] for claimed in found],
            "message": claims.UNDELIVERED,
        }
        await self._tell("claims.granted.v1", {"request_frame_id": frame_id, "runs": found})

    async def _wait_gone(self) -> None:
        await self._gone.wait()


async def _release(unit: Any, body: dict[str, Any]) -> None:
    await claims.release(unit, body=body)
