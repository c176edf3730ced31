"""Schedules as users write them, and what is sent of them."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, construct_schedule
from prefect.deployments.schedules import create_deployment_schedule_create, normalize_to_deployment_schedule
from prefect.schedules import Cron, Interval, RRule, Schedule, validate_cron_string, validate_rrule_string


def test_the_three_kinds() -> None:
    cron = Cron("0 9 * * MON-FRI", timezone="Europe/Berlin", parameters={"a": 1}, slug="work")
    assert (cron.cron, cron.timezone, cron.parameters, cron.slug) == (
        "0 9 * * MON-FRI",
        "Europe/Berlin",
        {"a": 1},
        "work",
    )
    anchor = datetime(2026, 1, 1, tzinfo=UTC)
    assert Interval(90, anchor_date=anchor).interval == timedelta(seconds=90)
    assert Interval(timedelta(days=1)).anchor_date.tzinfo is not None
    assert RRule("FREQ=DAILY", active=False).active is False


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Interval(0), "interval must be positive"),
        (lambda: construct_schedule(interval=0), "interval must be positive"),
        (lambda: Interval(timedelta(seconds=-1)), "interval must be positive"),
        (lambda: Cron("every day"), "cron: .*example"),
        (lambda: RRule("every day"), "rrule: .*example"),
        (lambda: Cron("0 0 * * *", timezone="Mars/Base"), "Mars/Base"),
        (lambda: validate_cron_string("x"), "cron: "),
        (lambda: validate_rrule_string("x"), "rrule: "),
    ],
)
def test_mistakes_are_told_where_they_are_made(make: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        make()


def test_what_is_sent() -> None:
    cron, every = normalize_to_deployment_schedule(
        [Cron("0 9 * * *", slug="a", day_or=False), Interval(60, timezone="Europe/Berlin")]
    )
    assert isinstance(cron, DeploymentScheduleCreate)
    assert cron.schedule == CronSchedule(cron="0 9 * * *", day_or=False)
    assert cron.slug == "a"
    assert isinstance(every.schedule, IntervalSchedule)
    assert every.schedule.timezone == "Europe/Berlin"
    made = create_deployment_schedule_create(CronSchedule(cron="0 9 * * *"), active=False)
    assert made.active is False


def test_what_goes_beyond_the_instants_is_sent_too() -> None:
    schedule = Schedule(cron="0 9 * * *", catch_up="latest", catch_up_window=3600, overlap="skip")
    body = DeploymentScheduleCreate.from_schedule(schedule).model_dump(mode="json", exclude_unset=True)
    assert (body["catch_up"], body["catch_up_window"], body["overlap"]) == ("latest", 3600, "skip")
    plain = DeploymentScheduleCreate.from_schedule(Cron("0 9 * * *")).model_dump(
        mode="json", exclude_unset=True
    )
    assert "overlap" not in plain


def test_writing_a_schedule_needs_no_models() -> None:
    program = (
        "import sys; from prefect.schedules import Interval; Interval(5); print('pydantic' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
