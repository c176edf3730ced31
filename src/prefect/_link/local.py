"""The link inside this process: operations are the service's functions, run on the embedded store."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Collection
from functools import cache
from typing import Any, TypeAlias

from prefect._base import owner
from prefect._base.errors import OperationError, StoreError, StoreFull
from prefect._base.notyet import NotYet
from prefect._base.ports import Ports
from prefect._link.link import Record
from prefect._service.unit import Unit
from prefect._store.sql import Statement
from prefect._store.store import Store, Tx, Work
from prefect._wire.operation import Operation

Function: TypeAlias = Callable[..., Awaitable[Any]]


_NEWEST = Statement("newest", "SELECT coalesce(max(seq), 0) AS seq FROM outbox")


@cache
def function(name: str) -> Function:
    """The service function of an operation: ``variables.create`` is `create` of the variables' operations."""
    resource, _, verb = name.partition(".")
    return getattr(importlib.import_module(f"prefect._service.{resource}.operations"), verb)


class LocalLink:
    """A `Link` on a store. Bodies are passed on as they are: the faces have made them from checked models."""

    __slots__ = ("_ports", "_store", "flow_ids", "record")

    record: Callable[[Record], None]

    def __init__(self, store: Store, ports: Ports) -> None:
        self._store = store
        self._ports = ports
        self.flow_ids: dict[str, str] = {}
        self.record = store.record  # the hot path has no layer in between

    async def call(self, operation: Operation, /, **args: Any) -> Any:
        serve = function(operation.name)
        clock = self._ports.clock

        attempt = owner.attempts.get(args.get("id", "")) if owner.attempts else None

        async def work(tx: Tx) -> Any:
            return await serve(Unit(tx, clock.now_us(), owner.current(), attempt), **args)

        store = self._store
        try:
            if operation.reads:
                await self._settle()
                coming = store.fetch(work)
                return store.read(work) if coming is None else await self._ports.wait(coming)
            answer = await self._ports.wait(store.write(work))
            if isinstance(answer, NotYet):
                answer = await self._linger(work, answer)
        except StoreError as error:  # its message says all that helps; where it was raised does not
            raise error.with_traceback(None) from None
        if isinstance(answer, OperationError):  # returned instead of raised, to keep what was written
            raise answer
        return answer

    async def _linger(self, work: Work[Any], answer: NotYet) -> Any:
        """Wait for there to be an answer; the one there is when patience ends."""
        clock = self._ports.clock
        until_s = clock.monotonic_s() + answer.patience_s
        while (left_s := until_s - clock.monotonic_s()) > 0:
            pause_s = answer.pause_s(clock.now_us(), left_s)
            await self._ports.wait(self._store.follow(answer.waits_for, answer.after, pause_s))
            again = await self._ports.wait(self._store.write(work))
            if not isinstance(again, NotYet):
                return again
            answer = again
        return answer.answer

    async def _settle(self) -> None:
        """Whoever reads finds what it has handed over before, unless that cannot be written at present."""
        try:
            await self.flush()
        except StoreFull:  # logged by the writer, who tries again; what is there can be read all the same
            pass

    async def flush(self) -> None:
        if self._store.pending:
            await self._ports.wait(self._store.flush())

    async def position(self) -> int:
        async def work(tx: Tx) -> int:
            row = await tx.one(_NEWEST)
            assert row is not None
            return row["seq"]

        return self._store.read(work)

    async def follow(self, wanted: Collection[str], after: int, timeout_s: float, /) -> bool:
        return await self._ports.wait(self._store.follow(wanted, after, timeout_s))
