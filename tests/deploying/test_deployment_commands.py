"""`prefect deployment run`, `delete`, `backfill` and `schedule`."""

from __future__ import annotations

import asyncio
import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._cli import main, moments, session

CODE = """
    from prefect import flow
    @flow
    def it(x: int = 1, city: str = "Ulm"):
        assert x < 5
"""
SCHEMA = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "city": {"type": "string"}},
}


@pytest.fixture
def prefect(place: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(session, "prompt", None)
    place.write(CODE)

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main.run(["--no-prompt", *words])
        return code, capsys.readouterr().out

    return run


@pytest.fixture
def deployment(place: Any) -> str:
    return asyncio.run(place.deploy("it", parameter_openapi_schema=SCHEMA, parameters={"city": "Bonn"}))


def _only_run(place: Any) -> Any:
    (found,) = asyncio.run(place.call("flow_runs.filter", body={}))
    return found


def test_a_run(place: Any, prefect: Any, deployment: str) -> None:
    code, out = prefect(
        "deployment", "run", "it/d", "-p", "x=2", "--params", '{"x": 9, "city": "Köln"}', "--tag", "t",
        "--flow-run-name", "in {city}",
    )  # fmt: skip
    assert code == 0, out
    assert "Created flow run 'in Köln'." in out
    assert "x = 2" in out
    assert "(now)" in out
    run = _only_run(place)
    assert (run["parameters"], run["tags"]) == ({"x": 2, "city": "Köln"}, ["t"])


def test_a_run_later(place: Any, prefect: Any, deployment: str) -> None:
    code, out = prefect("deployment", "run", "--id", deployment, "--start-in", "2 hours")
    assert code == 0, out
    assert "(in " in out
    assert _only_run(place)["state_name"] == "Scheduled"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("it/d", "-p", "y=1"), "no parameters 'y'. Available parameters: city, x"),
        (("it/d", "-p", "x=many"), "x"),
        (("it/d", "--job-variable", "env={}"), "work pools"),
        (("it/d", "--start-in", "soon"), "Unable to parse scheduled start time"),
        (("it/d", "--start-in", "1 h", "--start-at", "now"), "Only one of"),
        (("it/d", "--params", "[1]"), "JSON object"),
        (("it/d", "-p", "x"), "NAME=VALUE"),
        (("it/other",), "Deployment 'it/other' not found!"),
        (("it",), "FLOW/DEPLOYMENT"),
        ((), "either the name"),
        (("--id", "5"), "is no id"),
    ],
)
def test_refusals(prefect: Any, deployment: str, words: Any, said: str) -> None:
    code, out = prefect("deployment", "run", *words)
    assert code == 1
    assert said in out


@pytest.mark.parametrize(("x", "code", "state"), [("1", 0, "Completed"), ("7", 1, "Failed")])
def test_watching(place: Any, prefect: Any, deployment: str, x: str, code: int, state: str) -> None:
    async def work() -> tuple[int, str]:
        async with place.runner(deployment):
            return await asyncio.to_thread(prefect, "deployment", "run", "it/d", "-p", f"x={x}", "--watch")

    found, out = asyncio.run(work())
    assert found == code, out
    assert f"finished in state '{state}'" in out


def test_schedules(place: Any, prefect: Any, deployment: str) -> None:
    def schedules() -> Any:
        return asyncio.run(place.call("deployments.read", id=deployment))["schedules"]

    create = ("deployment", "schedule", "create", "it/d")
    assert prefect(*create, "--cron", "0 2 * * *", "--timezone", "Asia/Kolkata")[0] == 0
    assert prefect(*create, "--interval", "60", "--no-active")[0] == 0
    assert "cron: 0 2 * * * (Asia/Kolkata)" in prefect("deployment", "schedule", "ls", "it/d")[1]
    by_cron, by_interval = sorted(schedules(), key=lambda each: "interval" in each["schedule"])
    assert not by_interval["active"]
    assert prefect("deployment", "schedule", "resume", "it/d", by_interval["id"])[0] == 0
    assert prefect("deployment", "schedule", "pause", "--all")[0] == 0
    assert [each["active"] for each in schedules()] == [False, False]
    assert prefect("deployment", "schedule", "delete", "it/d", by_cron["id"], "-y")[0] == 0
    assert prefect("deployment", "schedule", "delete", "it/d", by_cron["id"], "-y")[0] == 1
    assert prefect(*create, "--rrule", "FREQ=DAILY", "--replace")[0] == 0
    assert [next(iter(each["schedule"])) for each in schedules()] == ["rrule"]
    assert prefect(*create, "--cron", "never")[0] == 1
    assert prefect(*create)[0] == 1
    assert prefect("deployment", "schedule", "clear", "it/d", "-y")[0] == 0
    assert schedules() == []


def test_a_backfill(place: Any, prefect: Any, deployment: str) -> None:
    def status() -> list[str]:
        return [
            each["status"] for each in asyncio.run(place.call("deployments.read_backfills", id=deployment))
        ]

    words = ("deployment", "backfill", "it/d")
    prefect("deployment", "schedule", "create", "it/d", "--cron", "0 2 * * *")
    assert prefect(*words, "--pause")[0] == 1
    code, out = prefect(*words, "--from", "2026-06-01", "--until", "2026-06-04", "--at-once", "2")
    assert (code, "--pause" in out) == (0, True), out
    assert status() == ["RUNNING"]
    assert prefect(*words, "--pause")[0] == 0
    assert status() == ["PAUSED"]
    assert prefect(*words, "--resume", "--at-once", "3")[0] == 0
    assert status() == ["RUNNING"]
    code, out = prefect(*words)
    assert (code, "running" in out, "2026-06-01" in out) == (0, True, True), out
    (told,) = json.loads(prefect(*words, "-o", "json")[1])
    assert (told["at_once"], told["created_runs"]) == (3, 0)
    assert prefect(*words, "--cancel", "--id", told["id"])[0] == 0
    assert status() == ["CANCELLED"]
    code, out = prefect(*words, "--resume", "--id", told["id"])
    assert (code, "stays so" in out) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--from", "then"), "then"),
        (("--from", "2026-06-02", "--until", "2026-06-01"), "the range ends before it begins"),
        (("--from", "2026-06-01", "--pause"), "--from begins a backfill"),
        (("--pause", "--cancel"), "one of --pause"),
        (("--from", "2026-06-01", "--schedule", "none"), "Schedule 'none' not found"),
        (("--from", "1990-06-01", "--until", "2026-06-01"), "more than 10000 instants"),
    ],
)
def test_backfills_that_are_refused(prefect: Any, deployment: str, words: Any, said: str) -> None:
    prefect("deployment", "schedule", "create", "it/d", "--cron", "0 2 * * *")
    code, out = prefect("deployment", "backfill", "it/d", *words)
    assert code == 1
    assert said in out


def test_deleting(place: Any, prefect: Any, deployment: str) -> None:
    assert prefect("deployment", "delete", "it/d")[0] == 0
    assert prefect("deployment", "delete", "it/d")[0] == 1
    asyncio.run(place.deploy("it"))
    assert "Deleted 1 deployment." in prefect("deployment", "delete", "--all")[1]


NOW = datetime.datetime(2026, 6, 3, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("now", 3, "16:00"),
        ("5pm", 3, "17:00"),
        ("at 9:30", 4, "09:30"),
        ("tomorrow at 5pm", 4, "17:00"),
        ("tomorrow", 4, "16:00"),
        ("next friday at noon", 5, "12:00"),
        ("2026-06-10 10:00", 10, "10:00"),
        ("June 20 2026 3 pm", 20, "15:00"),
        ("in 1 day and 2 hours", 4, "18:00"),
        ("today 18:15", 3, "18:15"),
    ],
)
def test_instants(text: str, day: int, time: str) -> None:
    found = moments.instant(text, NOW)
    assert (found.day, f"{found:%H:%M}", found.tzinfo) == (day, time, NOW.tzinfo)


@given(
    st.integers(0, 99),
    st.integers(0, 59),
    st.sampled_from(["{}h {}m", "{} hours and {} minutes", "in {}:{:02}"]),
)
def test_spans(hours: int, minutes: int, form: str) -> None:
    assert moments.span(form.format(hours, minutes)) == datetime.timedelta(hours=hours, minutes=minutes)


@given(st.text(max_size=20))
def test_what_is_no_time_is_refused_and_nothing_else(text: str) -> None:
    for read in (moments.span, lambda given: moments.instant(given, NOW)):
        try:
            read(text)
        except ValueError:
            pass
