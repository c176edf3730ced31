"""Carrying out operations for requests: each in one unit of work of the store."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

from prefect._api.decoding import adapter
from prefect._api.exchange import ClientGone
from prefect._base import clock
from prefect._base.errors import Locked, OperationError
from prefect._base.notyet import NotYet
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx, Work
from prefect._wire.operation import OPERATIONS, Operation

READ_THREADS = 4
# processes that die tell nobody that their slots are free, so who waits looks now and then
LOOK_S = 1.0
# what a client that runs flows asks for first
_FIRST = (
    "flows.create",
    "flow_runs.create",
    "flow_runs.set_state",
    "flow_runs.update",
    "events.create",
    "logs.create",
)

Function = Callable[..., Coroutine[Any, Any, Any]]
Gone = Callable[[], Awaitable[None]]


class Caller(NamedTuple):
    """Who asks: the process and the attempt under which it acts; clients of other makes tell neither."""

    owner: str | None = None
    attempt: int | None = None


@cache
def service_function(name: str) -> Function:
    """The function that serves the operation of that name."""
    resource, _, verb = name.partition(".")
    return getattr(importlib.import_module(f"prefect._service.{resource}.operations"), verb)


def warm() -> None:
    """Load what the first requests of a client need: service functions and the checks of bodies."""
    for name in _FIRST:
        service_function(name)
        body = OPERATIONS[name].body
        if body is not None:
            adapter(body).rebuild()


class Backend:
    """The services on one store, for an event loop."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._readers = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="prefect-api-read")

    async def perform(
        self, operation: Operation, arguments: dict[str, Any], caller: Caller, gone: Gone | None = None
    ) -> tuple[int, Any]:
        """Status and JSON-shaped answer; what the operation wrote is durable then. Raises what it raises.

        `gone()` returns when the client has gone away: nobody waits in its stead any longer. Raises
        `ClientGone` then.
        """
        work = _work(operation, arguments, caller)
        if not operation.reads:
            status, value = await asyncio.wrap_future(self.store.write(work))
            if isinstance(value, Locked) and arguments["body"].get("wait_s"):
                status, value = await self._wait(operation, arguments, caller, value)
            if isinstance(value, NotYet):
                status, value = await self._linger(work, status, value, gone or _never)
            if isinstance(value, OperationError):  # returned instead of raised, to keep what was written
                raise value
            return status, value
        if (coming := self.store.fetch(work)) is not None:
            return await asyncio.wrap_future(coming)
        if operation.method == "GET":  # by key: over before a thread would have been woken
            return self.store.read(work)
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.store.read, work)

    async def _wait(
        self, operation: Operation, arguments: dict[str, Any], caller: Caller, locked: Locked
    ) -> tuple[int, Any]:
        """Wait for slots in the stead of a client that asks for it: each time that one is freed, try again.

        Ends without a slot after `wait_s` seconds, or when the client has withdrawn meanwhile.
        """
        began_s = clock.system.monotonic_s()
        patience_s = arguments["body"]["wait_s"]
        work = _work(operation, {**arguments, "body": {**arguments["body"], "resumes": True}}, caller)
        outcome: tuple[int, Any] = (locked.status, locked)
        while locked.waits_for and (left_s := began_s + patience_s - clock.system.monotonic_s()) > 0:
            # slots that decay are freed by nobody
            pause_s = min(left_s, locked.retry_after_s, LOOK_S)
            await asyncio.wrap_future(self.store.follow(locked.waits_for, locked.after, pause_s))
            outcome = await asyncio.wrap_future(self.store.write(work))
            if not isinstance(outcome[1], Locked):
                return outcome
            locked = outcome[1]
        locked.waited_s = clock.system.monotonic_s() - began_s
        return outcome

    async def _linger(
        self, work: Work[tuple[int, Any]], status: int, value: NotYet, gone: Gone
    ) -> tuple[int, Any]:
        """Wait in the stead of the client for an answer; what there is stands when its patience ends.

        A client that is gone gets nothing: what was found for it in that moment is taken back.
        """
        until_s = clock.system.monotonic_s() + value.patience_s
        leaving = asyncio.ensure_future(gone())
        try:
            while (left_s := until_s - clock.system.monotonic_s()) > 0:
                pause_s = value.pause_s(clock.system.now_us(), left_s)
                news = asyncio.wrap_future(self.store.follow(value.waits_for, value.after, pause_s))
                await asyncio.wait({news, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if leaving.done():
                    news.cancel()
                    raise ClientGone
                news.result()
                status, again = await asyncio.wrap_future(self.store.write(work))
                if isinstance(again, NotYet):
                    value = again
                    continue
                await asyncio.sleep(0)  # that it went away is heard of by now
                if leaving.done() and value.take_back is not None:
                    await self._take_back(value.take_back, again)
                    raise ClientGone
                return status, again
            return status, value.answer
        finally:
            leaving.cancel()

    async def _take_back(self, take_back: Callable[[Any, Any], Awaitable[None]], answer: Any) -> None:
        async def work(tx: Tx) -> None:
            await take_back(Unit(tx, clock.system.now_us()), answer)

        await asyncio.wrap_future(self.store.write(work))

    def close(self) -> None:
        self._readers.shutdown(wait=False, cancel_futures=True)


async def _never() -> None:
    await asyncio.get_running_loop().create_future()


def _work(
    operation: Operation, arguments: dict[str, Any], caller: Caller
) -> Callable[[Tx], Coroutine[Any, Any, tuple[int, Any]]]:
    function = service_function(operation.name)

    async def _perform(tx: Tx) -> tuple[int, Any]:
        unit = Unit(tx, clock.system.now_us(), caller.owner, caller.attempt)
        value = await function(unit, **arguments)
        return unit.status or operation.status, value

    return _perform
