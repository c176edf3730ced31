"""Runs of a schedule that would run beside each other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from prefect._base.clock import ManualClock

HOURLY = {"cron": "0 * * * *", "timezone": "UTC", "day_or": True}


@pytest.fixture
def runs(api: Any, request: pytest.FixtureRequest) -> list[str]:
    """The ids of the runs of a schedule with the policy of the test, in the order of their times."""
    api.clock = ManualClock(datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC))
    schedule = {"schedule": HOURLY, "overlap": request.param}
    api("deployments.create", body={"name": "d", "flow_id": api.flow(), "schedules": [schedule]})
    found = api("flow_runs.filter", body={"sort": "NEXT_SCHEDULED_START_TIME_ASC"})
    api.clock.advance(3 * 3600)
    api.set_flow(found[0]["id"], "PENDING")
    api.set_flow(found[0]["id"], "RUNNING")
    return [run["id"] for run in found]


@pytest.mark.parametrize("runs", ["allow"], indirect=True)
def test_allowed(api: Any, runs: list[str]) -> None:
    assert api.set_flow(runs[1], "PENDING")["status"] == "ACCEPT"


@pytest.mark.parametrize("runs", ["skip"], indirect=True)
def test_skipped(api: Any, runs: list[str]) -> None:
    answer = api.set_flow(runs[1], "PENDING")
    assert (answer["status"], answer["state"]["type"], answer["state"]["name"]) == (
        "REJECT",
        "CANCELLED",
        "Skipped",
    )
    api.set_flow(runs[0], "COMPLETED")
    assert api.set_flow(runs[2], "PENDING")["status"] == "ACCEPT"


@pytest.mark.parametrize("runs", ["queue"], indirect=True)
def test_queued(api: Any, runs: list[str]) -> None:
    answer = api.set_flow(runs[1], "PENDING")
    assert (answer["status"], answer["state"]["name"]) == ("REJECT", "AwaitingPrevious")
    api.set_flow(runs[0], "COMPLETED")
    api.clock.advance(10)
    assert api.set_flow(runs[1], "PENDING")["status"] == "ACCEPT"


@pytest.mark.parametrize("runs", ["cancel"], indirect=True)
def test_the_earlier_one_is_cancelled(api: Any, runs: list[str]) -> None:
    answer = api.set_flow(runs[1], "PENDING")
    assert answer["state"]["name"] == "AwaitingPrevious"
    assert api("flow_runs.read", id=runs[0])["state_type"] == "CANCELLING"
    api.set_flow(runs[0], "CANCELLED")
    api.clock.advance(10)
    assert api.set_flow(runs[1], "PENDING")["status"] == "ACCEPT"


@pytest.mark.parametrize("runs", ["skip"], indirect=True)
def test_runs_that_nobody_planned_run_beside_them(api: Any, runs: list[str]) -> None:
    id = api("flow_runs.read", id=runs[0])["deployment_id"]
    manual = api("deployments.create_flow_run", id=id, body={})
    assert api.set_flow(manual["id"], "PENDING")["status"] == "ACCEPT"
