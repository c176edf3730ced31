"""Many schedules that fire at one instant: how long it takes to make their runs, and to tell of them.

    python benchmarks/schedules.py [DEPLOYMENTS]

Runs on a store in a temporary file, with the keepers of a server.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from prefect import settings
from prefect._api.keeping import Keeping
from prefect._base import clock
from prefect._core.schedule.reading import fires, read
from prefect._service.deployments import operations as deployments
from prefect._service.flows import operations as flows
from prefect._service.keepers import due, planner
from prefect._service.unit import Unit
from prefect._store.sql import Statement
from prefect._store.sqlite.store import SqliteStore
from prefect._store.store import Store

AHEAD_S = 8.0
FORGET = Statement("forget", "UPDATE deployment_schedule SET plan_us = :now_us, mark_us = :now_us")
CLEAR = Statement("clear", "DELETE FROM flow_run")
FIRST = Statement(
    "first", "SELECT min(next_scheduled_us) AS at_us FROM flow_run WHERE next_scheduled_us > :now_us"
)
TOLD = Statement("told", "SELECT count(*) AS found, max(at_us) AS at_us FROM outbox WHERE topic = :topic")


def run(store: Store, function: Any, *arguments: Any, **named: Any) -> Any:
    """The result of `function(unit, ...)` in one transaction."""

    async def work(tx: Any) -> Any:
        return await function(Unit(tx, clock.system.now_us()), *arguments, **named)

    return store.write(work).result()


def deploy(store: Store, count: int) -> float:
    """Seconds to create so many deployments with one schedule each, which all fire at once."""
    flow_id = run(store, flows.create, body={"name": "f"})["id"]
    begun_s = time.perf_counter()
    schedule = {"interval": 60.0, "anchor_date": "2026-01-01T00:00:00Z", "timezone": "UTC"}
    for number in range(count):
        body = {"name": f"d{number}", "flow_id": flow_id, "schedules": [{"schedule": schedule}]}
        run(store, deployments.create, body=body)
    return time.perf_counter() - begun_s


def plan(store: Store) -> float:
    """Seconds until the runs of all schedules are planned anew."""

    async def forget(unit: Unit) -> None:
        await unit.run(CLEAR)
        await unit.run(FORGET, now_us=unit.now_us)

    run(store, forget)
    begun_s = time.perf_counter()
    while run(store, planner.round, settings.active()) == 0.0:
        pass
    return time.perf_counter() - begun_s


def announced(store: Store, count: int, at_us: int) -> float:
    """Milliseconds from the instant at which all runs are due until all of them are told of."""

    async def told(unit: Unit) -> Any:
        return await unit.one(TOLD, topic=due.READY)

    while clock.system.now_us() < at_us - 500_000:
        time.sleep(0.01)
    before = store.read(lambda tx: told(Unit(tx, 0)))["found"]
    while clock.system.now_us() < at_us:
        time.sleep(0.001)
    while store.read(lambda tx: told(Unit(tx, 0)))["found"] < before + count:
        time.sleep(0.001)
    return (clock.system.now_us() - at_us) / 1e3


def instants() -> float:
    """Microseconds for each instant of a cron expression."""
    begun_s = time.perf_counter()
    found = fires(read({"cron": "*/5 * * * *", "timezone": "Europe/Berlin"}), 0, limit=50_000)
    return (time.perf_counter() - begun_s) / len(found) * 1e6


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "schedules.db")
        created_s = deploy(store, count)
        planned_s = plan(store)
        keeping = Keeping(store)
        keeping.start()
        waited_ms = announced(store, count, next_at(store))
        keeping.close()
        store.close()
    print(f"create a deployment with a schedule and its first runs: {created_s / count * 1e3:.2f} ms")
    print(f"plan {count} schedules of 60 runs an hour anew: {planned_s:.2f} s")
    print(f"tell of {count} deployments whose runs are due at once, after the instant: {waited_ms:.0f} ms")
    print(f"an instant of a cron expression: {instants():.1f} us")


def next_at(store: Store) -> int:
    """When the next runs are due, once the keepers have settled."""

    async def first(unit: Unit) -> Any:
        return await unit.one(FIRST, now_us=unit.now_us + round(AHEAD_S * 1e6))

    return run(store, first)["at_us"]


if __name__ == "__main__":
    main()
