"""A clock that is set forward or back while the keepers work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from prefect import settings
from prefect._base import owner
from prefect._base.clock import ManualClock, from_iso
from prefect._service.keepers import due, lapse, planner
from prefect._service.keepers.keeper import Keeper
from prefect._service.leases import operations as leases
from prefect._store.sql import Statement

MINUTELY = {"cron": "* * * * *", "timezone": "UTC", "day_or": True}
ELSEWHERE = "another-machine:boot:1:2"
OUTBOX = Statement("outbox", "SELECT topic, subject FROM outbox ORDER BY seq")


@pytest.fixture(autouse=True)
def noon(api: Any) -> None:
    api.clock = ManualClock(datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC))


def keep(api: Any, *keepers: Keeper) -> None:
    """Rounds of keepers until they have nothing to do now."""
    for keeper in keepers:
        while api.unit(keeper.round, settings.active()) == 0.0:
            pass


def deploy(api: Any) -> str:
    body = {"name": "d", "flow_id": api.flow(), "schedules": [{"schedule": MINUTELY}]}
    return api("deployments.create", body=body)["id"]


def instants(api: Any) -> list[str]:
    found: list[Any] = []
    while page := api("flow_runs.filter", body={"offset": len(found)}):
        found += page
    return sorted(run["expected_start_time"] for run in found)


def told(api: Any) -> int:
    async def read(unit: Any) -> list[Any]:
        return await unit.all(OUTBOX)

    return len([row for row in api.unit(read) if row["topic"] == due.READY])


@pytest.mark.parametrize("hours", [1, 24, 24 * 365])
def test_set_back_every_minute_has_its_run_and_none_has_two(api: Any, hours: int) -> None:
    deploy(api)
    for _ in range(5):
        api.clock.advance(60)
        keep(api, due.KEEPER, planner.KEEPER)
    api.clock.advance(-3600 * hours)
    back_us = api.clock.now_us()
    before = told(api)
    for _ in range(10):
        keep(api, due.KEEPER, planner.KEEPER)
        api.clock.advance(60)
    found = instants(api)
    assert len(found) == len(set(found))
    now_us = api.clock.now_us()
    lived = [each for each in found if back_us <= from_iso(each) <= now_us]
    assert len(lived) == 10
    assert told(api) >= before + 9


def test_a_clock_that_is_set_back_a_little_wakes_who_waits(api: Any) -> None:
    deploy(api)
    api.clock.advance(31)
    keep(api, due.KEEPER)
    api.clock.advance(-20)
    before = told(api)
    keep(api, due.KEEPER)
    api.clock.advance(20)
    keep(api, due.KEEPER)
    assert told(api) > before


def test_set_forward_the_runs_that_are_there_are_due_and_no_others_are_made(api: Any) -> None:
    deploy(api)
    there = instants(api)
    api.clock.advance(6 * 3600)
    keep(api, due.KEEPER, planner.KEEPER)
    found = instants(api)
    assert len(found) == len(set(found))
    now_us = api.clock.now_us()
    assert [each for each in found if from_iso(each) < now_us - 61_000_000] == there
    assert len([each for each in found if from_iso(each) > now_us]) >= 60


@pytest.fixture
def run_id(api: Any) -> str:
    """A run that a process of another machine holds."""
    api.owner = ELSEWHERE
    run = api.flow_run(flow_id=api.flow())
    api.set_flow(run["id"], "RUNNING")
    return run["id"]


def _watch(api: Any, seconds: int, *, lives: bool) -> None:
    """The server looks for lapsed leases, while the owner of the run renews its own, or does not."""
    for _ in range(seconds // 5):
        api.owner = ELSEWHERE
        if lives:
            assert api.unit(leases.renew) == 1
        api.owner = owner.current()
        keep(api, lapse.KEEPER)
        api.clock.advance(5)


@pytest.mark.parametrize("jump_s", [3600, -3600, 86_400 * 400, -86_400 * 400])
def test_who_lives_keeps_its_run_and_who_is_gone_loses_it(api: Any, run_id: str, jump_s: int) -> None:
    def state() -> str:
        return api("flow_runs.read", id=run_id)["state_type"]

    assert owner.is_alive(ELSEWHERE) is None
    _watch(api, 60, lives=True)
    assert state() == "RUNNING"
    api.clock.advance(jump_s)
    keep(api, lapse.KEEPER)  # before its owner has come to renew it
    assert state() == "RUNNING"
    _watch(api, 60, lives=True)
    assert state() == "RUNNING"
    api.clock.advance(jump_s)
    _watch(api, 75, lives=False)
    assert state() == "CRASHED"
