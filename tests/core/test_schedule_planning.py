"""Which runs are created when: enough ahead, none twice, and what was missed as the schedule wishes."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from prefect._base.clock import ManualClock, to_iso
from prefect._core.schedule.planning import Plan, Terms, Wishes, fire_key, plan
from prefect._core.schedule.reading import fires, read

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
NOW_US = ManualClock(datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)).now_us()


def planned(body: dict[str, Any], mark_us: int = NOW_US - 1, **wishes: Any) -> Plan:
    return plan(read(body), NOW_US, mark_us, Wishes(**wishes), Terms())


def test_at_least_an_hour_ahead() -> None:
    found = planned({"cron": "*/5 * * * *"})
    assert len(found.fires) == 13
    assert found.fires[-1] >= NOW_US + HOUR_US
    assert found.mark_us == found.fires[-1]


def test_at_least_three_runs_ahead() -> None:
    found = planned({"interval": 7200})
    assert len(found.fires) == 3
    assert found.again_us == found.fires[0] + 1 + 5_000_000


def test_not_more_than_the_limits() -> None:
    assert len(planned({"cron": "* * * * * *"}).fires) == 100
    assert planned({"cron": "0 0 1 1 *"}).fires == []
    found = planned({"cron": "0 0 1 1 *"})
    assert found.again_us is not None
    assert found.again_us > NOW_US + 100 * DAY_US


def test_a_cap_of_the_schedule_is_kept() -> None:
    found = planned({"cron": "*/5 * * * *"}, at_most=2)
    assert len(found.fires) == 2
    assert found.again_us == found.fires[0] + 1


def test_what_has_ended_is_not_looked_at_again() -> None:
    found = planned({"rrule": "DTSTART:20200101T000000\nRRULE:FREQ=DAILY;COUNT=3"})
    assert (found.fires, found.again_us) == ([], None)


@pytest.mark.parametrize(
    ("wishes", "hours_ago"),
    [
        ({}, []),
        ({"catch_up": "latest"}, [0]),
        ({"catch_up": "all"}, [4, 3, 2, 1, 0]),
        ({"catch_up": "all", "window_us": 2 * HOUR_US}, [1, 0]),
        ({"catch_up": "latest", "window_us": 10 * MINUTE_US}, [0]),
    ],
)
def test_what_was_missed(wishes: dict[str, Any], hours_ago: list[int]) -> None:
    schedule = {"cron": "55 * * * *"}
    before = NOW_US // HOUR_US * HOUR_US - 5 * MINUTE_US  # 11:55
    found = planned(schedule, NOW_US - 5 * HOUR_US, **wishes)
    missed = [at_us for at_us in found.fires if at_us < NOW_US]
    assert missed == [before - hours * HOUR_US for hours in hours_ago]


def test_a_moment_too_late_is_not_missed() -> None:
    found = planned({"cron": "* * * * *"}, NOW_US - HOUR_US)
    assert [at_us for at_us in found.fires if at_us < NOW_US] == [NOW_US // MINUTE_US * MINUTE_US]


def test_much_that_was_missed_is_made_up_for_in_pieces() -> None:
    schedule, mark_us = read({"cron": "* * * * *"}), NOW_US - DAY_US
    made: list[int] = []
    again_us: int | None = NOW_US
    while again_us == NOW_US:
        found = plan(schedule, NOW_US, mark_us, Wishes("all"), Terms())
        made += found.fires
        mark_us, again_us = found.mark_us, found.again_us
    assert made == fires(schedule, NOW_US - DAY_US + 1, until_us=made[-1])


def test_a_year_of_outages_restarts_and_redeployments_makes_no_run_twice() -> None:
    """Two servers plan the same schedule, which is made anew again and again, and both stop for hours.

    Each instant has one key, and with everything made up for, no instant is left out.
    """
    draw = random.Random(11)
    clock = ManualClock()
    body = {"cron": "*/5 * * * *", "timezone": "Europe/Berlin"}
    schedule, begin_us = read(body), clock.now_us()
    runs: dict[str, int] = {}
    attempts = 0
    mark_us, outage_s = clock.now_us() - 1, 0.0
    while clock.now_us() < begin_us + 366 * DAY_US:
        is_redeployed = draw.random() < 0.1 and not outage_s
        known_us = clock.now_us() - 1 if is_redeployed else mark_us  # a new schedule knows of no past
        for stale_us in (known_us, mark_us):  # and the other server has not seen it yet
            found = plan(schedule, clock.now_us(), stale_us, Wishes("all"), Terms())
            for at_us in found.fires:
                attempts += 1
                runs.setdefault(fire_key("deployment", "every-5", to_iso(at_us)), at_us)
        mark_us = found.mark_us
        outage_s = draw.uniform(0, 6 * 3600) if draw.random() < 0.05 else 0.0
        clock.advance(draw.uniform(1, 1800) + outage_s)
    expected = fires(schedule, begin_us, until_us=begin_us + 365 * DAY_US)
    made = sorted(runs.values())
    assert len(runs) == len(set(runs.values())) > 100_000
    assert attempts > len(runs)
    assert set(expected) <= set(made)
