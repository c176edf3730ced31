"""A manual clock: hours of retries and pauses pass at once, in the order of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prefect import flow, get_client, pause_flow_run, resume_flow_run, task
from prefect._base import clock as clocks
from prefect.cache_policies import INPUTS
from prefect.exceptions import FlowPauseTimeout
from prefect.testing.clock import ManualClock
from prefect.testing.fixtures import manual_clock as manual_clock
from prefect.testing.fixtures import prefect_home as prefect_home

TRIES: list[datetime] = []


@task(retries=23, retry_delay_seconds=3600)
def hourly(clock: ManualClock) -> int:
    TRIES.append(clock.now())
    if len(TRIES) < 24:
        raise ConnectionError("still down")
    return len(TRIES)


@pytest.fixture(autouse=True)
def no_tries() -> None:
    TRIES.clear()


@pytest.mark.parametrize("submits", [False, True])
def test_a_day_of_retries(manual_clock: ManualClock, submits: bool) -> None:
    @flow(validate_parameters=False)
    def watch() -> int:
        return hourly.submit(manual_clock).result() if submits else hourly(manual_clock)

    began = manual_clock.now()
    assert watch() == 24
    assert manual_clock.now() - began == timedelta(hours=23)
    assert [began + timedelta(hours=n) for n in range(24)] == TRIES
    assert manual_clock.slept_s == [3600.0] * 23


def test_retries_of_flows_and_async_code(manual_clock: ManualClock) -> None:
    @flow(retries=3, retry_delay_seconds=86_400)
    async def daily() -> int:
        TRIES.append(manual_clock.now())
        if len(TRIES) < 4:
            raise ConnectionError("still down")
        return len(TRIES)

    began = manual_clock.now()
    assert asyncio.run(daily()) == 4
    assert manual_clock.now() - began == timedelta(days=3)


def test_sleeps_at_the_same_time_pass_together(manual_clock: ManualClock) -> None:
    @task(retries=1, retry_delay_seconds=60)
    def shaky(n: int, tried: list[int]) -> int:
        tried.append(n)
        if tried.count(n) == 1:
            raise ValueError(n)
        return n

    @flow
    def both() -> list[int]:
        tried: list[int] = []
        return [future.result() for future in [shaky.submit(1, tried), shaky.submit(2, tried)]]

    began = manual_clock.now()
    assert both() == [1, 2]
    assert timedelta(minutes=1) <= manual_clock.now() - began <= timedelta(minutes=2)


def answer_paused(value: Any) -> Callable[[], None]:
    def answer() -> None:
        with get_client(sync_client=True) as client:
            run = next(run for run in client.read_flow_runs() if run.state and run.state.is_paused())
        resume_flow_run(run.id, run_input={"value": value})

    return answer


def test_pauses_end_when_somebody_answers_or_too_late(manual_clock: ManualClock) -> None:
    @flow
    def asks() -> int | None:
        return pause_flow_run(wait_for_input=int, timeout=7200)

    @flow
    async def aasks() -> int | None:
        return await pause_flow_run(wait_for_input=int, timeout=7200)

    began = manual_clock.now()
    manual_clock.call_later(timedelta(hours=1), answer_paused(5))
    assert asks() == 5
    assert timedelta(hours=1) <= manual_clock.now() - began < timedelta(hours=1, seconds=11)
    manual_clock.call_later(60, answer_paused(6))
    assert asyncio.run(aasks()) == 6
    with pytest.raises(FlowPauseTimeout):
        asks()


def test_kept_results_expire(manual_clock: ManualClock) -> None:
    called: list[int] = []

    @task(cache_policy=INPUTS, cache_expiration=timedelta(days=1))
    def lookup(x: int) -> int:
        called.append(x)
        return x

    for hours in (0, 23, 2):
        manual_clock.advance(timedelta(hours=hours))
        lookup(1)
    assert called == [1, 1]


def test_calls_come_in_order_and_at_their_time() -> None:
    clock = ManualClock(datetime(2030, 1, 1))
    seen: list[tuple[str, datetime]] = []

    async def later() -> None:
        seen.append(("b", clock.now()))

    clock.call_later(20, later)
    clock.call_later(10, lambda: seen.append(("a", clock.now())))
    clock.call_later(99, lambda: seen.append(("never", clock.now())))
    clock.advance(30)
    assert seen == [
        ("a", datetime(2030, 1, 1, 0, 0, 10, tzinfo=UTC)),
        ("b", datetime(2030, 1, 1, 0, 0, 20, tzinfo=UTC)),
    ]
    assert clock.now() == datetime(2030, 1, 1, 0, 0, 30, tzinfo=UTC)


def test_it_is_given_back() -> None:
    before = clocks.system
    with ManualClock() as clock:
        assert clocks.system is clock
        with pytest.raises(RuntimeError, match="in use"), clock:
            pass
    assert clocks.system is before
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)
