"""Following one flow run: its events and its lines of log in one stream, until it has ended."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from prefect._base.state import TERMINAL, StateType
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import Log
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventAnyResourceFilter, EventFilter
from prefect.events.schemas.events import Event
from prefect.logging.clients import get_logs_subscriber

__all__ = [
    "Event",
    "EventAnyResourceFilter",
    "EventFilter",
    "FlowRunSubscriber",
    "Log",
    "LogFilter",
    "LogFilterFlowRunId",
    "StateType",
    "get_events_subscriber",
    "get_logs_subscriber",
]

_ENDS = {type_.value for type_ in TERMINAL}


class FlowRunSubscriber:
    """What happens to a flow run, and what it logs: ``async for item in subscriber``.

    Ends once the run has ended and nothing more has come for `straggler_timeout` seconds.
    """

    def __init__(
        self, flow_run_id: UUID, straggler_timeout: int = 3, reconnection_attempts: int = 10
    ) -> None:
        self.flow_run_id = flow_run_id
        self.straggler_timeout = straggler_timeout
        self.reconnection_attempts = reconnection_attempts
        self._items: asyncio.Queue[Any] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._stack = AsyncExitStack()
        self._has_ended = False

    async def __aenter__(self) -> Self:
        resource = f"prefect.flow-run.{self.flow_run_id}"
        events = get_events_subscriber(
            EventFilter(any_resource=EventAnyResourceFilter(id=[resource])), self.reconnection_attempts
        )
        logs: Any = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[self.flow_run_id]))
        for source in (
            await self._stack.enter_async_context(events),
            await self._stack.enter_async_context(get_logs_subscriber(logs, self.reconnection_attempts)),
        ):
            self._tasks.append(asyncio.create_task(self._collect(source)))
        return self

    async def _collect(self, source: Any) -> None:
        try:
            async for item in source:
                self._items.put_nowait(item)
        except Exception as error:  # noqa: BLE001 - told to whoever iterates
            self._items.put_nowait(error)

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Log | Event:
        try:
            async with asyncio.timeout(self.straggler_timeout if self._has_ended else None):
                item = await self._items.get()
        except TimeoutError:
            raise StopAsyncIteration from None
        if isinstance(item, Exception):
            raise item
        if isinstance(item, Event):
            own = item.resource.id == f"prefect.flow-run.{self.flow_run_id}"
            if own and item.resource.get("prefect.state-type") in _ENDS:
                self._has_ended = True
        return item
