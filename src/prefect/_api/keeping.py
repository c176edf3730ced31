"""What the server does besides answering: ending or moving on runs whose process, or whose time, is over."""

from __future__ import annotations

from prefect._base import clock, owner
from prefect._service.concurrency_limits import slots
from prefect._service.flow_runs import lapse, pauses
from prefect._service.leases import operations as leases
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx

REAP_S = 5.0


def keep(store: Store) -> None:
    """Have the writer of `store` look for dead owners at once and then every `REAP_S` seconds."""
    store.every(REAP_S, reap)
    store.enqueue(reap)


async def reap(tx: Tx) -> None:
    """Move on what dead owners left behind and what was not resumed in time, in this transaction."""
    unit = Unit(tx, clock.system.now_us(), owner.current())
    if await leases.others_hold(unit):
        await lapse.reap(unit)
    if await leases.others_hold_slots(unit):
        await slots.reap(unit)
    await pauses.expire(unit)
