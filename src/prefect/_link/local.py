"""The link inside this process: operations are the service's functions, run on the embedded store."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, TypeAlias

from prefect._base import owner
from prefect._base.ports import Ports
from prefect._link.link import Record
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx
from prefect._wire.operation import Operation

Function: TypeAlias = Callable[..., Awaitable[Any]]


@cache
def function(name: str) -> Function:
    """The service function of an operation: ``variables.create`` is `create` of the variables' operations."""
    resource, _, verb = name.partition(".")
    return getattr(importlib.import_module(f"prefect._service.{resource}.operations"), verb)


class LocalLink:
    """A `Link` on a store. Bodies are passed on as they are: the faces have made them from checked models."""

    __slots__ = ("_ports", "_store", "record")

    record: Callable[[Record], None]

    def __init__(self, store: Store, ports: Ports) -> None:
        self._store = store
        self._ports = ports
        self.record = store.record  # the hot path has no layer in between

    async def call(self, operation: Operation, /, **args: Any) -> Any:
        serve = function(operation.name)
        clock = self._ports.clock

        async def work(tx: Tx) -> Any:
            return await serve(Unit(tx, clock.now_us(), owner.current()), **args)

        store = self._store
        if operation.reads:
            if store.pending:  # whoever reads finds what it has handed over before
                await self._ports.wait(store.flush())
            return store.read(work)
        return await self._ports.wait(store.write(work))

    async def flush(self) -> None:
        if self._store.pending:
            await self._ports.wait(self._store.flush())
