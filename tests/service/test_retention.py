"""What is old goes, in batches, and leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from prefect import settings
from prefect._base import ids
from prefect._base.clock import to_iso
from prefect._service.keepers import retention
from prefect._store.sql import Statement

PREFIX = retention.PREFIX
DAY_S = 86_400.0
TABLES = ("flow_run", "task_run", "run_state", "log", "artifact", "artifact_collection", "concurrency_lease")


def _values(**changes: Any) -> dict[str, Any]:
    return {**settings.active(), **{name.replace("__", "."): value for name, value in changes.items()}}


def _count(api: Any, table: str) -> int:
    async def work(tx: Any) -> int:
        row = await tx.one(Statement("count", f"SELECT count(*) AS found FROM {table}"))
        return row["found"]

    return api.store.read(work)


def _event(api: Any, name: str = "it.happened") -> None:
    event = {"id": ids.new_id(), "occurred": to_iso(api.clock.now_us()), "event": name}
    api("events.create", body=[{**event, "resource": {"prefect.resource.id": "r"}}])


def _round(api: Any, **changes: Any) -> Any:
    return api.unit(retention.round, _values(**changes))


def _vacuum(**values: Any) -> dict[str, Any]:
    return {f"{PREFIX}.{name}": value for name, value in values.items()}


def test_events_and_the_log_of_what_happened_go_after_a_week(api: Any) -> None:
    for _ in range(5):
        _event(api)
    api.flow("a")
    api.clock.advance(7 * DAY_S + 60)
    before = _count(api, "outbox")
    _event(api)
    recent = _count(api, "outbox") - before
    pauses = [_round(api, **_vacuum(batch_size=2)) for _ in range(10)]
    assert pauses[:2] == [retention.PAUSE_S] * 2
    assert pauses[-1] is None
    assert (_count(api, "event"), _count(api, "outbox")) == (1, recent)


def test_a_kind_of_events_can_go_sooner(api: Any) -> None:
    _event(api, "beat")
    _event(api)
    api.clock.advance(DAY_S)
    _round(api, **_vacuum(event_retention_overrides={"beat": timedelta(hours=1)}))
    assert _count(api, "event") == 1


@pytest.mark.parametrize(("enabled", "left"), [(frozenset({"events"}), 2), (True, 0), (False, 2)])
def test_runs_go_by_setting_with_all_that_is_theirs(api: Any, enabled: Any, left: int) -> None:
    parent = api.flow_run()
    api.set_flow(parent["id"], "RUNNING")
    stand_in = api.task_run(flow_run_id=parent["id"])
    child = api.flow_run(parent_task_run_id=stand_in["id"])
    for run in (child, parent):
        api.clock.advance(1)
        api.set_flow(run["id"], "COMPLETED", force=True)
        api("artifacts.create", body={"key": "k", "data": 1, "flow_run_id": run["id"]})
        line = {"name": "l", "level": 20, "message": "m", "timestamp": "2026-01-01T00:00:00Z"}
        api("logs.create", body=[{**line, "id": ids.new_key(), "flow_run_id": run["id"]}])
    recent = api.flow_run()
    api.clock.advance(90 * DAY_S + 60)
    api.set_flow(recent["id"], "COMPLETED", force=True)
    values = _vacuum(enabled=enabled, batch_size=3)
    for _ in range(20):
        _round(api, **values)
    assert _count(api, "flow_run") == left + 1
    if not left:
        found = {table: _count(api, table) for table in TABLES}
        assert found == dict.fromkeys(TABLES, 0) | {"flow_run": 1, "run_state": found["run_state"]}
        assert found["run_state"] == 2


def test_what_is_still_running_stays(api: Any) -> None:
    run = api.flow_run()
    api.set_flow(run["id"], "RUNNING")
    api.clock.advance(365 * DAY_S)
    assert _round(api, **_vacuum(enabled=True)) is None
    assert _count(api, "flow_run") == 1
