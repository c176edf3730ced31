"""What a process owes the store that it opens.

It keeps its leases alive, interrupts flows that are to be cancelled, moves on what dead processes left, and
ends pauses whose time is over. One that serves deployments or works without a server runs the keepers as
well, one such process for each store.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from prefect._base import asked, clock, lazy, owner
from prefect._service.leases import operations as leases
from prefect._service.unit import Unit
from prefect._store.store import Store, Tx, Work

lapse: Any = lazy.module("prefect._service.flow_runs.lapse")
pauses: Any = lazy.module("prefect._service.flow_runs.pauses")
leader: Any = lazy.module("prefect._service.keepers.leader")
table: Any = lazy.module("prefect._service.keepers.table")
rounds: Any = lazy.module("prefect._store.rounds")
stores: Any = lazy.module("prefect._store.current")
settings: Any = lazy.module("prefect.settings")
slots: Any = lazy.module("prefect._service.concurrency_limits.slots")

REAP_S = 15.0
# how soon a flow in this process notices that it is to be cancelled
CANCEL_S = 1.0


def keep(store: Store) -> None:
    """Have the writer of `store` do all that from time to time, and look for dead owners once soon."""
    store.every(leases.RENEW_S, _in_unit(leases.renew))
    store.every(CANCEL_S, _in_unit(_cancel), when=asked.is_anything_open)
    store.every(REAP_S, _in_unit(_reap))
    store.every(REAP_S, _in_unit(_expire))
    store.enqueue(_in_unit(_reap))


@contextmanager
def leading() -> Generator[None]:
    """Run the keepers in this process while the block lasts, unless another process does.

    For processes that serve or work without a server; where an API URL is set it does nothing, since the
    server runs them. When the process that leads ends, another takes over within seconds.
    """
    values = settings.active()
    if values["api.url"]:
        yield
        return
    store: Store = stores.store()
    keepers = [each for each in table.keepers() if each.runs_embedded and each.is_enabled(values)]
    running = rounds.Rounds(store, [_chore(keeper, values) for keeper in keepers])
    running.start()
    try:
        yield
    finally:
        running.close()
        store.enqueue(_in_unit(leader.give_up))


def _chore(keeper: Any, values: Mapping[str, Any]) -> Any:
    async def work(tx: Tx) -> float | None:
        unit = Unit(tx, clock.system.now_us(), owner.current())
        return await keeper.round(unit, values) if await leader.leads(unit) else leader.LOOK_S

    return rounds.Chore(keeper.name, work, min(keeper.period_s(values), leader.LEASE_S / 3), keeper.wakes_on)


async def _reap(unit: Unit) -> None:
    if await leases.others_hold(unit):  # rarely: most processes find themselves alone and load nothing more
        await lapse.reap(unit)
    if await leases.others_hold_slots(unit):
        await slots.reap(unit)


async def _cancel(unit: Unit) -> None:
    """Interrupt the flows that run here and are to be cancelled."""
    asked.ask(row["id"] for row in await unit.all(leases.sql.cancelling, owner=unit.owner))


async def _expire(unit: Unit) -> None:
    await pauses.expire(unit)


def _in_unit(serve: Callable[[Unit], Awaitable[Any]]) -> Work[None]:
    async def work(tx: Tx) -> None:
        await serve(Unit(tx, clock.system.now_us(), owner.current()))

    return work
