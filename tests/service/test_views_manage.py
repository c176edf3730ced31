"""What the pages of the web UI read of schedules and limits."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from prefect._base.clock import to_iso
from prefect._base.errors import Invalid, NotFound
from prefect.settings import current
from prefect.settings.context import temporary_settings


def test_a_schedule_is_shown_before_it_is_kept(api: Any) -> None:
    daily = {"cron": "0 9 * * *", "timezone": "Europe/Berlin"}
    times = api("views.schedule_preview", body={"schedule": daily, "limit": 50})["times"]
    assert len(times) == 50
    assert {time["offset_s"] for time in times} <= {3600, 7200}
    assert [time["at"] for time in times] == sorted(time["at"] for time in times)


def test_a_schedule_that_is_none_is_refused(api: Any) -> None:
    with pytest.raises(Invalid):
        api("views.schedule_preview", body={"schedule": {"cron": "every day"}})


def test_a_limit_shows_who_holds_it(api: Any) -> None:
    run = api.flow_run()
    made = api("concurrency_limits.create", body={"name": "db", "limit": 2})
    holder = {"type": "flow_run", "id": run["id"]}
    api(
        "concurrency_limits.increment_with_lease",
        body={"slots": 1, "names": ["db"], "mode": "concurrency", "lease_duration": 300, "holder": holder},
    )
    shown = api("views.concurrency_limit", id=made["id"])
    assert shown["active_slots"] == 1
    (held,) = shown["holders"]
    assert (held["holder"], held["name"], held["slots"]) == (holder, run["name"], 1)
    assert api("views.concurrency_limit", id="db")["id"] == made["id"]
    with pytest.raises(NotFound):
        api("views.concurrency_limit", id="other")


def test_tags_of_many_runs(api: Any) -> None:
    one, other = api.flow_run(tags=["a", "b"]), api.flow_run(tags=["c"])
    gone = "00000000-0000-0000-0000-000000000000"
    ids = [one["id"], other["id"], gone]
    told = api("views.tag_runs", body={"flow_run_ids": ids, "add": ["c", "d", "d"], "remove": ["b"]})
    assert sorted(told["changed"]) == sorted(ids[:2])
    assert api("flow_runs.read", id=one["id"])["tags"] == ["a", "c", "d"]
    assert api("flow_runs.read", id=other["id"])["tags"] == ["c", "d"]
    assert api("views.tag_runs", body={"flow_run_ids": ids, "add": ["d"]}) == {"changed": []}


def test_settings_are_told_with_their_sources_but_not_their_secrets(api: Any) -> None:
    updates = {
        "server.api.auth_string": "ada:secret",
        "server.database.connection_url": "postgresql+asyncpg://ada:secret@db/prefect",
        "logging.level": "DEBUG",
    }
    with temporary_settings(updates):
        # operations run in a thread of the store, where only the snapshot of the process is seen
        before = current.replaced(current.snapshot())
    try:
        told = api("views.settings")
    finally:
        current.replaced(before)
    assert "secret@" not in str(told)
    assert "ada:secret" not in str(told)
    by_name = {each["name"]: each for each in told["settings"]}
    assert told["database"] == "PostgreSQL"
    level = by_name["logging.level"]
    assert (level["value"], level["source"], level["is_changed"]) == ("DEBUG", "program", True)
    assert level["env"] == "PREFECT_LOGGING_LEVEL"
    untouched = by_name["tasks.default_retries"]
    assert (untouched["source"], untouched["is_changed"]) == ("default", False)


def _event(api: Any, name: str, resource: str) -> None:
    event = {
        "occurred": to_iso(api.clock.now_us()),
        "event": name,
        "resource": {"prefect.resource.id": resource},
        "id": str(uuid4()),
    }
    api("events.create", body=[event])
    api.clock.advance(60)


def test_a_trigger_is_tried_on_events_of_the_past(api: Any) -> None:
    name = f"table.late.{uuid4()}"
    for _ in range(3):
        _event(api, name, "table.a")
    _event(api, f"{name}.other", "table.a")
    trigger = {"type": "event", "posture": "Reactive", "expect": [name], "threshold": 2, "within": 0}
    told = api("views.rehearse", body={"trigger": trigger, "hours": 1})
    assert (told["counted"], len(told["firings"])) == (3, 1)
    assert told["firings"][0]["event"]["event"] == name
    assert told["events"] >= 4
    brief = api("views.rehearse", body={"trigger": trigger, "hours": 0.02})
    assert brief["counted"] == 0


def test_what_is_no_trigger_is_not_tried(api: Any) -> None:
    with pytest.raises(Invalid, match="posture"):
        api("views.rehearse", body={"trigger": {"type": "event", "posture": "Sometimes"}})
