"""Counts of task runs that are made ahead tell the same as the rows, whatever happens later."""

from __future__ import annotations

from typing import Any

import pytest

from prefect._base.clock import to_iso
from prefect._service.counts import making, reading
from prefect._store import check

HOUR_S = 3600.0
ALL = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")


@pytest.fixture
def span(api: Any) -> tuple[int, int]:
    """Ten hours, in which a task run ended every ten minutes."""
    api.clock.advance(100 * HOUR_S)
    begin_us = api.clock.now_us()
    for number in range(60):
        run = api.task_run(flow_run_id=None, dynamic_key=str(number))
        api.set_task(run["id"], "RUNNING", force=True)
        api.clock.advance(1 + number % 7)
        api.set_task(run["id"], ALL[number % 9 % 4], force=True)
        api.clock.advance(599 - number % 7)
    return begin_us, api.clock.now_us()


def told(api: Any, span: tuple[int, int], parts: int) -> list[Any]:
    begin_us, end_us = span
    step_us = (end_us - begin_us) // parts
    return api.unit(reading.task_runs, begin_us, end_us, step_us)


def makes(api: Any) -> int:
    rounds = 1
    while api.unit(making.go_on):
        rounds += 1
    return rounds


async def counted(unit: Any) -> int:
    rows = await unit.all(making.sql.counts, start_us=0, step_us=10**18, from_us=0, to_us=10**18)
    return sum(int(row["found"]) for row in rows)


async def is_sound(unit: Any) -> list[str]:
    return await check.of_the_rows(unit._tx)


@pytest.mark.parametrize("parts", [1, 3, 7, 10, 13, 40])
def test_counts_and_rows_tell_the_same(api: Any, span: tuple[int, int], parts: int) -> None:
    before = told(api, span, parts)
    assert sum(each["found"] for each in before) == 60
    api.clock.advance(3 * HOUR_S)
    makes(api)
    assert api.unit(counted) == 60
    assert told(api, span, parts) == before
    assert api.unit(is_sound) == []


def test_what_is_not_over_for_long_is_not_counted(api: Any, span: tuple[int, int]) -> None:
    makes(api)
    assert 0 < api.unit(counted) < 60
    assert sum(each["found"] for each in told(api, span, 6)) == 60


def test_a_run_that_ends_late_is_counted_anew(api: Any, span: tuple[int, int]) -> None:
    late = api.task_run(flow_run_id=None, dynamic_key="late")
    api.set_task(late["id"], "RUNNING", force=True)
    span = (span[0], api.clock.now_us() + 1)
    api.clock.advance(5 * HOUR_S)
    makes(api)
    assert api.unit(counted) == 60  # it has not ended
    running = [each for each in told(api, span, 7) if each["state_type"] == "RUNNING"]
    assert [(each["found"], round(each["run_us"] / 1e6)) for each in running] == [(1, 18_000)]
    api.set_task(late["id"], "COMPLETED", force=True)
    once = told(api, span, 7)
    assert sum(each["found"] for each in once) == 61
    assert api.unit(is_sound) == []
    makes(api)
    assert api.unit(counted) == 61
    assert told(api, span, 7) == once
    assert api.unit(is_sound) == []


def test_a_run_that_is_deleted_counts_no_more(api: Any, span: tuple[int, int]) -> None:
    api.clock.advance(3 * HOUR_S)
    makes(api)
    for run in api("task_runs.filter", body={"limit": 5}):
        api("task_runs.delete", id=run["id"])
    assert sum(each["found"] for each in told(api, span, 7)) == 55
    makes(api)
    assert api.unit(counted) == 55
    assert sum(each["found"] for each in told(api, span, 7)) == 55
    assert api.unit(is_sound) == []


def test_a_wrong_count_is_found(api: Any, span: tuple[int, int]) -> None:
    api.clock.advance(3 * HOUR_S)
    makes(api)

    async def spoil(unit: Any) -> None:
        begin_us = span[0] // making.QUARTER_US * making.QUARTER_US
        await unit.run(making.sql.counts_delete, from_us=begin_us, to_us=begin_us + making.QUARTER_US)

    api.unit(spoil)
    assert any("counted" in sentence for sentence in api.unit(is_sound))


def test_histories_without_a_filter_are_read_from_counts(api: Any, span: tuple[int, int]) -> None:
    def ask(**asked: Any) -> Any:
        of = {
            "history_start": to_iso(span[0]),
            "history_end": to_iso(span[1]),
            "history_interval_seconds": 5000,
        }
        return api("histories.task_runs", body={**of, **asked})

    rows = ask(task_runs={"state": {"type": {"any_": list(ALL)}}})
    api.clock.advance(3 * HOUR_S)
    makes(api)
    assert ask() == rows


def test_nothing_at_all(api: Any) -> None:
    assert makes(api) == 1
    assert told(api, (0, 10**9), 3) == []
