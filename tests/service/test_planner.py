"""The keepers around schedules: runs are made ahead, announced when due, and late when nobody starts them."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prefect import settings
from prefect._base.clock import ManualClock, from_iso
from prefect._service.deployments import planned
from prefect._service.keepers import backfill, deployment_status, due, late, planner
from prefect._service.keepers.keeper import Keeper
from prefect._store.sql import Statement
from prefect._store.sqlite.store import TemporaryStore

MINUTELY = {"cron": "* * * * *", "timezone": "UTC", "day_or": True}
HOURLY = {"cron": "0 * * * *", "timezone": "UTC", "day_or": True}
OUTBOX = Statement("outbox", "SELECT topic, subject FROM outbox ORDER BY seq")
FORGET = Statement("forget", "UPDATE deployment_schedule SET mark_us = :mark_us, plan_us = :mark_us")


@pytest.fixture(autouse=True)
def noon(api: Any) -> None:
    api.clock = ManualClock(datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC))


def keep(api: Any, keeper: Keeper) -> float | None:
    """Rounds of a keeper until it has nothing to do now."""
    wait_s: float | None = 0.0
    while wait_s == 0.0:
        wait_s = api.unit(keeper.round, settings.active())
    return wait_s


def deploy(api: Any, schedule: dict[str, Any] | None = None, **body: Any) -> str:
    given = [{"schedule": schedule}] if schedule else []
    body = {"name": "d", "flow_id": api.flow(), "schedules": given, **body}
    return api("deployments.create", body=body)["id"]


def told(api: Any, topic: str) -> list[str]:
    async def read(unit: Any) -> list[Any]:
        return await unit.all(OUTBOX)

    return [row["subject"] for row in api.unit(read) if row["topic"] == topic]


def starts(api: Any) -> list[str]:
    found = api("flow_runs.filter", body={"sort": "NEXT_SCHEDULED_START_TIME_ASC"})
    return [run["next_scheduled_start_time"][11:16] for run in found]


def test_the_planner_sleeps_until_there_is_something_to_plan(api: Any) -> None:
    assert keep(api, planner.KEEPER) is None
    deploy(api, HOURLY)
    assert keep(api, planner.KEEPER) == pytest.approx(3575, abs=1)
    api.clock.advance(3575.1)
    keep(api, planner.KEEPER)
    assert starts(api) == ["13:00", "14:00", "15:00", "16:00"]


def test_a_paused_deployment_is_not_planned(api: Any) -> None:
    id = deploy(api, HOURLY)
    api("deployments.pause", id=id)
    assert keep(api, planner.KEEPER) is None
    assert starts(api) == []


def test_where_the_scheduler_is_off_another_process_plans(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(planned, "is_enabled", lambda: False)
        deploy(api, HOURLY)
        assert starts(api) == []
    keep(api, planner.KEEPER)
    assert len(starts(api)) == 3


@pytest.mark.parametrize(("wish", "missed"), [({}, 0), ({"catch_up": "latest"}, 1), ({"catch_up": "all"}, 7)])
def test_an_outage(api: Any, wish: dict[str, Any], missed: int) -> None:
    deploy(api, schedules=[{"schedule": HOURLY, **wish}])
    api.clock.advance(10 * 3600 + 600)  # what was made ahead covers three of ten hours
    keep(api, planner.KEEPER)
    assert len(starts(api)) == 3 + missed + 3


def test_a_schedule_that_cannot_be_read_does_not_stop_the_others(api: Any, caplog: Any) -> None:
    broken = deploy(api, HOURLY)
    spoil = Statement("spoil", 'UPDATE deployment_schedule SET schedule = \'{"cron":"x"}\'')

    async def spoiled(unit: Any) -> None:
        await unit.run(spoil)

    api.unit(spoiled)
    deploy(api, HOURLY, name="fine")
    api.clock.advance(3600)
    keep(api, planner.KEEPER)
    assert "makes no runs" in caplog.text
    body = {"deployments": {"id": {"any_": [broken]}}}
    assert (api("flow_runs.count", body=body), api("flow_runs.count")) == (3, 7)


def test_no_run_is_made_twice(api: Any) -> None:
    """Months of planning by servers that forget what they did, outages, redeployments and pauses."""
    draw = random.Random(5)
    schedules = [{"schedule": {"cron": "*/20 * * * *", "timezone": "Europe/Berlin"}, "slug": "often"}]
    id = deploy(api, schedules=schedules)
    while api.clock.now_us() < from_iso("2026-05-15T00:00:00Z"):
        match draw.choice(["plan", "plan", "plan", "forget", "deploy", "change", "pause"]):
            case "forget":

                async def forget(unit: Any) -> None:
                    await unit.run(FORGET, mark_us=unit.now_us - 1)

                api.unit(forget)
            case "deploy":
                deploy(api, schedules=schedules, tags=[str(draw.random())])
            case "change":
                schedules[0]["active"] = not schedules[0].get("active", True)
                deploy(api, schedules=schedules)
            case "pause":
                api("deployments.pause", id=id)
                api("deployments.resume", id=id)
            case _:
                keep(api, planner.KEEPER)
        begun = api("deployments.get_scheduled_flow_runs", body={"deployment_ids": [id], "limit": 1})
        for run in begun:  # so that redeploying removes none of the past
            if from_iso(run["next_scheduled_start_time"]) <= api.clock.now_us():
                api.set_flow(run["id"], "COMPLETED", force=True)
        api.clock.advance(draw.uniform(60, 1500))
    found: list[dict[str, Any]] = []
    while page := api("flow_runs.filter", body={"offset": len(found)}):
        found += page
    instants = [run["expected_start_time"] for run in found]
    assert len(instants) == len(set(instants)) > 300
    states = api.unit(planned_states)
    assert states == len(found)


async def planned_states(unit: Any) -> int:
    first = Statement(
        "n", "SELECT count(*) AS found FROM run_state WHERE name = 'Scheduled' AND kind = 'flow'"
    )
    row = await unit.one(first)
    return row["found"]


# -- due ---------------------------------------------------------------------------------------------------


def test_runs_are_announced_when_they_become_due(api: Any) -> None:
    id = deploy(api, MINUTELY)
    assert keep(api, due.KEEPER) == pytest.approx(30)
    assert told(api, due.READY) == []
    api.clock.advance(30)
    assert keep(api, due.KEEPER) == pytest.approx(60)
    assert told(api, due.READY) == [id]
    api.clock.advance(90)
    keep(api, due.KEEPER)
    assert told(api, due.READY) == [id, id]  # once for all that wait there


def test_a_run_that_is_to_be_started_now_is_announced_at_once(api: Any) -> None:
    id = deploy(api)
    api("deployments.create_flow_run", id=id, body={})
    assert told(api, due.READY) == [id]
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-05-01T12:10:30Z"}}
    api("deployments.create_flow_run", id=id, body={"state": state})
    assert told(api, due.READY) == [id]
    assert keep(api, due.KEEPER) == pytest.approx(60)


def test_a_run_that_is_scheduled_into_the_past_is_announced(api: Any) -> None:
    id = deploy(api)
    keep(api, due.KEEPER)
    api.clock.advance(5)
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-05-01T11:00:00Z"}}
    run = api.flow_run(flow_id=api.flow(), deployment_id=id, state=state)
    assert run["state_type"] == "SCHEDULED"
    api.clock.advance(0.01)
    keep(api, due.KEEPER)
    assert set(told(api, due.READY)) == {id}


def test_runs_in_a_queue_are_announced_there(api: Any) -> None:
    api("work_pools.create", body={"name": "pool", "type": "process"})
    id = deploy(api, work_pool_name="pool")
    queue = api("deployments.read", id=id)["work_queue_id"]
    api("deployments.create_flow_run", id=id, body={})
    assert told(api, due.READY) == [queue]


# -- late --------------------------------------------------------------------------------------------------


def test_late_is_exact(api: Any) -> None:
    deploy(api, MINUTELY)
    assert keep(api, late.KEEPER) == pytest.approx(45)
    api.clock.advance(44.9)
    keep(api, late.KEEPER)
    assert api("flow_runs.count", body={"flow_runs": {"state": {"name": {"any_": ["Late"]}}}}) == 0
    api.clock.advance(0.1)
    assert keep(api, late.KEEPER) == pytest.approx(60)
    found = api("flow_runs.filter", body={"flow_runs": {"state": {"name": {"any_": ["Late"]}}}})
    assert [run["next_scheduled_start_time"] for run in found] == ["2026-05-01T12:01:00Z"]
    assert told(api, "prefect.flow-run.Late") == [found[0]["id"]]


def test_a_run_that_waits_for_a_slot_is_not_late(api: Any) -> None:
    id = deploy(api, concurrency_limit=1)
    first, second = (api("deployments.create_flow_run", id=id, body={})["id"] for _ in range(2))
    api.set_flow(first, "PENDING")
    api.set_flow(second, "PENDING")
    api.clock.advance(120)
    assert keep(api, late.KEEPER) is None
    assert api("flow_runs.read", id=second)["state_name"] == "AwaitingConcurrencySlot"


# -- whether deployments are ready -------------------------------------------------------------------------


def test_deployments_that_nobody_asks_for_are_not_ready(api: Any) -> None:
    id = deploy(api)
    keep(api, deployment_status.KEEPER)
    api("deployments.get_scheduled_flow_runs", body={"deployment_ids": [id]})
    before = api("deployments.read", id=id)
    api.clock.advance(59)
    keep(api, deployment_status.KEEPER)
    assert api("deployments.read", id=id)["status"] == "READY"
    api.clock.advance(2)
    keep(api, deployment_status.KEEPER)
    after = api("deployments.read", id=id)
    assert (after["status"], after["updated"]) == ("NOT_READY", before["updated"])
    assert told(api, "prefect.deployment.ready") == told(api, "prefect.deployment.not-ready") == [id]


# -- backfills ---------------------------------------------------------------------------------------------


def finish(api: Any) -> int:
    """End all runs that are there and due; how many that were."""
    body = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}, "next_scheduled_start_time": {}}}
    body["flow_runs"]["next_scheduled_start_time"] = {"before_": "2026-05-01T12:00:00Z"}
    found = api("flow_runs.filter", body=body)
    for run in found:
        api.set_flow(run["id"], "COMPLETED", force=True)
    return len(found)


def test_a_backfill_makes_what_is_missing_a_few_at_a_time(api: Any) -> None:
    id = deploy(api, HOURLY)
    api("deployments.schedule", id=id, body={"start_time": "2026-04-30T03:00:00Z", "min_time": 0})
    finish(api)
    body = {"start_time": "2026-04-30T00:00:00Z", "end_time": "2026-04-30T12:00:00Z", "at_once": 4}
    made = api("deployments.backfill", id=id, body={**body, "parameters": {"x": 1}})
    keep(api, backfill.KEEPER)
    assert finish(api) == 4
    keep(api, backfill.KEEPER)
    arguments = {"id": id, "backfill_id": made["id"]}
    assert api("deployments.update_backfill", **arguments, body={"status": "PAUSED"})["status"] == "PAUSED"
    assert finish(api) == 4
    assert keep(api, backfill.KEEPER) is None
    assert finish(api) == 0
    api("deployments.update_backfill", **arguments, body={"status": "RUNNING"})
    keep(api, backfill.KEEPER)
    assert finish(api) == 2
    keep(api, backfill.KEEPER)
    found = api("deployments.read_backfill", **arguments)
    assert (found["status"], found["created_runs"], found["skipped_runs"]) == ("COMPLETED", 10, 3)
    runs = api("flow_runs.filter", body={"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
    instants = sorted(from_iso(run["expected_start_time"]) for run in runs)
    steps = {later - earlier for earlier, later in itertools.pairwise(instants)}
    assert (len(instants), steps) == (13, {int(timedelta(hours=1).total_seconds() * 1e6)})
    assert keep(api, backfill.KEEPER) is None
    assert api("deployments.read_backfills", id=id) == [found]


def test_a_thousand_deployments_are_planned_in_pages(api: Any) -> None:
    ids = [deploy(api, MINUTELY, name=f"d{number}") for number in range(30)]
    api.clock.advance(600)
    rounds = 0
    with settings.temporary_settings({settings.PREFECT_SERVER_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE: 10}):
        while api.unit(planner.round, settings.active()) == 0.0:
            rounds += 1
    assert rounds == 3
    per_deployment = {id: api("flow_runs.count", body={"deployments": {"id": {"any_": [id]}}}) for id in ids}
    assert set(per_deployment.values()) == {71}
    assert planned.is_enabled()


@pytest.mark.parametrize(
    "statement", [due.sql.newly_due, due.sql.next_due, late.sql.overdue, late.sql.next_on_time]
)
def test_what_is_asked_all_the_time_reads_no_more_than_it_needs(statement: Statement) -> None:
    store = TemporaryStore()
    given = {"since_us": 1, "changed_us": 0, "now_us": 5, "before_us": 3, "limit": 5}
    params = {name: value for name, value in given.items() if f":{name}" in statement.text}

    async def explain(tx: Any) -> list[str]:
        rows = await tx.all(Statement("plan", f"EXPLAIN QUERY PLAN {statement.text}"), **params)
        return [row["detail"] for row in rows if row["detail"].startswith(("SEARCH", "SCAN"))]

    found = store.write(explain).result()
    store.close()
    assert found
    wanted = ("flow_run_due ", "flow_run_scheduled_since", "flow_run_on_time")
    assert all(any(index in step for index in wanted) and " AND " in step for step in found)
