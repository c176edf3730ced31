"""A year of schedules: outages, restarts, redeployments, pauses, a clock that is set, and no run twice.

    python benchmarks/year.py [--days 365] [--seed 1] [--results benchmarks/RESULTS.md]

The clock is moved by hand, the store is a file that is closed and opened again. One deployment fires every
five minutes and makes up for all that was missed, one fires likewise by the clock of Berlin and makes up for
nothing; both are redeployed and changed as it goes, the second is paused at times. These must hold at the
end:

- no schedule has two runs at one instant;
- the first has a run at each instant of the year, whatever happened;
- the second has none at an instant that its schedule does not name.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kills import publish

from prefect import settings
from prefect._base.clock import ManualClock, to_us
from prefect._service.deployments import operations as deployments
from prefect._service.flows import operations as flows
from prefect._service.keepers import due, planner
from prefect._service.unit import Unit
from prefect._store.sql import Statement
from prefect._store.sqlite.store import SqliteStore

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
STEP_S = 300
BERLIN = ZoneInfo("Europe/Berlin")
FIRED = Statement(
    "fired", "SELECT deployment_id, expected_start_us FROM flow_run WHERE schedule_id IS NOT NULL"
)
END = Statement(
    "end",
    "UPDATE flow_run SET state_type = 'COMPLETED', state_name = 'Completed', run_count = 1"
    " WHERE state_type = 'SCHEDULED' AND next_scheduled_us <= :now_us",
)
EVENTS = ("outage", "restart", "redeploy", "change", "pause", "resume", "back", "forward")


@dataclass
class Year:
    """What happened, and what was wrong at the end."""

    fired: int = 0
    events: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])


class World:
    """A store, a clock, and two deployments."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "year.db"
        self.clock = ManualClock(BEGIN)
        self.store = SqliteStore(self.path)
        self.flow_id = self.run(flows.create, body={"name": "f"})["id"]
        self.tags = 0
        self.whole = self.deploy(
            "whole", {"interval": STEP_S, "anchor_date": BEGIN.isoformat(), "timezone": "UTC"}, "all"
        )
        self.berlin = self.deploy("berlin", {"cron": "*/5 * * * *", "timezone": "Europe/Berlin"}, "none")

    def run(self, function: Any, *arguments: Any, **named: Any) -> Any:
        """The result of `function(unit, ...)` in one transaction at the time of the clock."""

        async def work(tx: Any) -> Any:
            return await function(Unit(tx, self.clock.now_us()), *arguments, **named)

        return self.store.write(work).result()

    def deploy(self, name: str, schedule: dict[str, Any], catch_up: str) -> str:
        self.tags += 1
        wanted = {"schedule": schedule, "slug": "often", "catch_up": catch_up}
        body = {"name": name, "flow_id": self.flow_id, "schedules": [wanted], "tags": [str(self.tags)]}
        return self.run(deployments.create, body=body)["id"]

    def redeploy(self) -> None:
        """Both again, with other tags; what was paused by hand stays so."""
        self.deploy("whole", {"interval": STEP_S, "anchor_date": BEGIN.isoformat(), "timezone": "UTC"}, "all")
        self.deploy("berlin", {"cron": "*/5 * * * *", "timezone": "Europe/Berlin"}, "none")

    def restart(self) -> None:
        self.store.close()
        self.store = SqliteStore(self.path)

    def keep(self) -> None:
        """What the keepers do until they have nothing to do now, and what a worker does with what is due."""
        for keeper in (due.KEEPER, planner.KEEPER):
            while self.run(keeper.round, settings.active()) == 0.0:
                pass
        self.run(_end_what_is_due)


async def _end_what_is_due(unit: Unit) -> None:
    await unit.run(END, now_us=unit.now_us)


def campaign(days: float, seed: int, folder: Path) -> Year:
    """So many days."""
    chance, year = random.Random(seed), Year()
    world = World(folder)
    end_us = to_us(BEGIN + timedelta(days=days))
    latest_us = world.clock.now_us()
    while world.clock.now_us() < end_us:
        world.keep()
        latest_us = max(latest_us, world.clock.now_us())
        event = chance.choice(EVENTS) if chance.random() < 0.3 else ""
        year.events[event] += bool(event)
        _happen(world, event, chance)
        world.clock.advance(chance.uniform(60, 7200))
    world.keep()
    latest_us = max(latest_us, world.clock.now_us())
    _judge(world, year, latest_us)
    world.store.close()
    return year


def _happen(world: World, event: str, chance: random.Random) -> None:
    match event:
        case "outage":
            world.clock.advance(chance.uniform(3_600, 86_400))
        case "restart":
            world.restart()
        case "redeploy":
            world.redeploy()
        case "change":  # another cap, and back
            for cap in (3, None):
                body = {"schedules": [{"slug": "often", "max_scheduled_runs": cap}]}
                world.run(deployments.update, id=world.berlin, body=body)
        case "pause" | "resume":
            function = deployments.pause if event == "pause" else deployments.resume
            world.run(function, id=world.berlin)
        case "back":
            world.clock.advance(-chance.uniform(1, 7200))
        case "forward":
            world.clock.advance(chance.uniform(1, 7200))
        case _:
            pass


def _judge(world: World, year: Year, latest_us: int) -> None:
    async def fired(unit: Unit) -> list[Any]:
        return await unit.all(FIRED)

    rows = world.run(fired)
    year.fired = sum(row["expected_start_us"] <= latest_us for row in rows)
    twice = [
        key
        for key, count in Counter((row["deployment_id"], row["expected_start_us"]) for row in rows).items()
        if count > 1
    ]
    year.wrong += [f"{len(twice)} instants have several runs"] if twice else []
    whole = {row["expected_start_us"] for row in rows if row["deployment_id"] == world.whole}
    step_us = STEP_S * 1_000_000
    expected = set(range(to_us(BEGIN), latest_us + 1, step_us))
    if missing := expected - whole:
        year.wrong.append(f"{len(missing)} of {len(expected)} instants have no run, first {min(missing)}")
    if foreign := {at_us for at_us in whole if at_us <= latest_us} - expected:
        year.wrong.append(f"{len(foreign)} runs at instants that the first schedule does not name")
    named = 0
    for row in rows:
        if row["deployment_id"] == world.berlin:
            at = datetime.fromtimestamp(row["expected_start_us"] / 1e6, BERLIN)
            named += at.minute % 5 != 0 or at.second != 0
    if named:
        year.wrong.append(f"{named} runs at instants that the second schedule does not name")


def report(year: Year, days: float, seconds: float) -> str:
    """The figures as lines of Markdown."""
    happened = ", ".join(f"{name} {count}" for name, count in sorted(year.events.items()) if name)
    lines = [
        f"{days:g} days in {seconds:.0f} s; {year.fired} firings; {happened}",
        f"broken requirements: {len(year.wrong)}",
    ]
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="A year of schedules.")
    parser.add_argument("--days", type=float, default=365.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, help="the page that gets the figures, in a section of it")
    options = parser.parse_args(arguments)
    logging.getLogger("prefect.server.schedules").setLevel(logging.ERROR)  # each jump is told of
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="year-") as folder:
        year = campaign(options.days, options.seed, Path(folder))
    text = report(year, options.days, time.monotonic() - began_s)
    publish(text, year.wrong[:20], options.results, "A year of schedules", arguments)
    return 1 if year.wrong else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main(sys.argv[1:]))
