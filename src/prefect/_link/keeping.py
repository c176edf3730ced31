"""What a process owes the store that it opens.

It keeps its leases alive, moves on what dead processes left, and ends pauses whose time is over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from prefect._base import clock, lazy, owner
from prefect._service.leases import operations as leases
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx, Work

lapse: Any = lazy.module("prefect._service.flow_runs.lapse")
pauses: Any = lazy.module("prefect._service.flow_runs.pauses")
slots: Any = lazy.module("prefect._service.concurrency_limits.slots")

REAP_S = 15.0


def keep(store: Store) -> None:
    """Have the writer of `store` do all that from time to time, and look for dead owners once soon."""
    store.every(leases.RENEW_S, _in_unit(leases.renew))
    store.every(REAP_S, _in_unit(_reap))
    store.every(REAP_S, _in_unit(_expire))
    store.enqueue(_in_unit(_reap))


async def _reap(unit: Unit) -> None:
    if await leases.others_hold(unit):  # rarely: most processes find themselves alone and load nothing more
        await lapse.reap(unit)
    if await leases.others_hold_slots(unit):
        await slots.reap(unit)


async def _expire(unit: Unit) -> None:
    await pauses.expire(unit)


def _in_unit(serve: Callable[[Unit], Awaitable[Any]]) -> Work[None]:
    async def work(tx: Tx) -> None:
        await serve(Unit(tx, clock.system.now_us(), owner.current()))

    return work
