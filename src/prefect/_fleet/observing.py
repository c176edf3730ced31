"""Hearing that flow runs are to be cancelled: told by events, and asked for in case one was missed."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol, Self
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._wire.operation import named
from prefect.events.clients import get_events_subscriber
from prefect.events.filters import EventFilter, EventNameFilter
from prefect.logging.loggers import get_logger

choose: Any = lazy.module("prefect._link.choose")

logger = get_logger("observer")

CANCELLING = "prefect.flow-run.Cancelling"
_RESOURCE = "prefect.flow-run."
MOST_ASKED = 200
# after so many questions without an answer, and without events, nobody would hear of a cancellation
FAILURES = 3


class OnCancellingCallback(Protocol):
    """Is called with the id of a flow run that is to be cancelled."""

    def __call__(self, flow_run_id: UUID) -> Any: ...


class OnFailureCallback(Protocol):
    """Is called with the runs in flight when it cannot be heard any more whether they are to be cancelled."""

    def __call__(self, flow_run_ids: set[UUID]) -> Any: ...


class FlowRunCancellingObserver:
    """Calls back, once for each flow run that becomes Cancelling, while the block lasts.

    ::

        async with FlowRunCancellingObserver(on_cancelling=stop) as observer:
            observer.add_in_flight_flow_run_id(flow_run.id)

    :param on_cancelling: is given the id; a coroutine is awaited
    :param polling_interval: seconds between two questions about the runs that are in flight
    :param event_filter: which events to listen to, by default those of all runs that become Cancelling
    :param on_failure: is given the ids in flight when neither events come nor questions are answered
    """

    def __init__(
        self,
        on_cancelling: OnCancellingCallback,
        polling_interval: float = 10,
        event_filter: EventFilter | None = None,
        on_failure: OnFailureCallback | None = None,
    ) -> None:
        self.on_cancelling = on_cancelling
        self.polling_interval = polling_interval
        self.event_filter = event_filter or EventFilter(event=EventNameFilter(name=[CANCELLING]))
        self.on_failure = on_failure
        self._in_flight: set[UUID] = set()
        self._told: set[UUID] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_deaf = False

    def add_in_flight_flow_run_id(self, flow_run_id: UUID) -> None:
        """Ask for this run from now on."""
        self._in_flight.add(flow_run_id)

    def remove_in_flight_flow_run_id(self, flow_run_id: UUID) -> None:
        """Ask for this run no more."""
        self._in_flight.discard(flow_run_id)
        self._told.discard(flow_run_id)

    async def __aenter__(self) -> Self:
        listening = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.create_task(self._listen(listening)), asyncio.create_task(self._ask())]
        await listening
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def _listen(self, listening: asyncio.Future[None]) -> None:
        try:
            async with _events(self.event_filter) as events:
                listening.set_result(None)
                async for event in events:
                    resource: str = event.resource.id
                    if event.event == CANCELLING and resource.startswith(_RESOURCE):
                        await self._tell(UUID(resource.removeprefix(_RESOURCE)))
        except Exception as error:  # noqa: BLE001 - whatever it is: without events one goes on asking
            logger.warning("That runs are to be cancelled is not told any more, only asked for: %s", error)
        self._is_deaf = True
        if not listening.done():
            listening.set_result(None)

    async def _ask(self) -> None:
        failures = 0
        while True:
            await asyncio.sleep(self.polling_interval)
            try:
                await self._look()
                failures = 0
            except (OperationError, OSError) as error:
                failures += 1
                logger.warning("Whether runs are to be cancelled cannot be asked: %s", error)
            if failures >= FAILURES and self._is_deaf and self.on_failure is not None:
                await _called(self.on_failure, set(self._in_flight))
                return

    async def _look(self) -> None:
        ids = sorted(str(id_) for id_ in self._in_flight - self._told)
        for start in range(0, len(ids), MOST_ASKED):
            wanted = {
                "id": {"any_": ids[start : start + MOST_ASKED]},
                "state": {"type": {"any_": ["CANCELLING"]}},
            }
            body = {"flow_runs": wanted, "limit": MOST_ASKED}
            for run in await choose.awaiting().call(named("flow_runs.filter"), body=body):
                await self._tell(UUID(run["id"]))

    async def _tell(self, flow_run_id: UUID) -> None:
        if flow_run_id in self._told:
            return
        self._told.add(flow_run_id)
        try:
            await _called(self.on_cancelling, flow_run_id)
        except Exception:
            logger.exception("What was to be done about the cancellation of flow run %s failed:", flow_run_id)


@asynccontextmanager
async def _events(wanted: EventFilter) -> AsyncIterator[Any]:
    async with get_events_subscriber(filter=wanted, reconnect_on_clean_close=True) as subscriber:
        yield subscriber


async def _called(callback: Any, argument: Any) -> None:
    outcome = callback(argument)
    if inspect.isawaitable(outcome):
        await outcome
