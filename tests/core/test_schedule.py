"""When schedules fire: on ordinary days as the library says, on the days when clocks change as we say."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from prefect._base.clock import to_datetime, to_us
from prefect._core.schedule.reading import fires, read

NEW_YORK = "America/New_York"
HOUR_US = 3_600_000_000


def shown(body: dict[str, Any], start: str, count: int, timezone: str = NEW_YORK) -> list[str]:
    """The first instants from a local time on, as ``day hour:minute±offset``."""
    zone = ZoneInfo(timezone)
    from_us = to_us(datetime.fromisoformat(start).replace(tzinfo=zone))
    found = fires(read({"timezone": timezone, **body}), from_us, limit=count)
    return [to_datetime(at_us).astimezone(zone).strftime("%d %H:%M%z")[:-2] for at_us in found]


CLOCK_CHANGES: list[tuple[str, dict[str, Any], str, list[str]]] = [
    (
        "an hourly rule fires once in the hour that comes twice",
        {"cron": "0 * * * *"},
        "2026-11-01T00:00",
        ["01 00:00-04", "01 01:00-04", "01 02:00-05", "01 03:00-05"],
    ),
    (
        "a rule for parts of hours covers both of them",
        {"cron": "*/30 * * * *"},
        "2026-11-01T00:30",
        ["01 00:30-04", "01 01:00-04", "01 01:30-04", "01 01:00-05", "01 01:30-05", "01 02:00-05"],
    ),
    (
        "a time that comes twice is its first coming",
        {"cron": "30 1 * * *"},
        "2026-10-31T12:00",
        ["01 01:30-04", "02 01:30-05"],
    ),
    (
        "a time that is skipped comes later, not earlier",
        {"cron": "30 2 * * *"},
        "2026-03-07T12:00",
        ["08 03:30-04", "09 02:30-04"],
    ),
    (
        "what falls together fires once",
        {"cron": "0 * * * *"},
        "2026-03-08T01:00",
        ["08 01:00-05", "08 03:00-04", "08 04:00-04"],
    ),
    (
        "hours of an interval are hours that pass",
        {"interval": 3600, "anchor_date": "2026-01-01T00:00:00Z"},
        "2026-11-01T00:00",
        ["01 00:00-04", "01 01:00-04", "01 01:00-05", "01 02:00-05"],
    ),
    (
        "days of an interval keep the time of day",
        {"interval": 86400, "anchor_date": "2026-01-01T14:00:00Z"},
        "2026-03-07T00:00",
        ["07 09:00-05", "08 09:00-04", "09 09:00-04"],
    ),
    (
        "also when it begins long after its anchor",
        {"interval": 86400, "anchor_date": "2026-01-01T14:00:00Z"},
        "2026-07-01T00:00",
        ["01 09:00-04", "02 09:00-04"],
    ),
    (
        "a day and a half is a day of the calendar and twelve hours",
        {"interval": 129600, "anchor_date": "2026-03-07T14:00:00Z"},
        "2026-03-07T00:00",
        ["07 09:00-05", "08 21:00-04", "10 09:00-04"],
    ),
    (
        "an anchor in the future gives the phase",
        {"interval": 7200, "anchor_date": "2030-01-01T01:30:00Z", "timezone": "UTC"},
        "2026-06-01T00:00",
        ["01 01:30-04", "01 03:30-04"],
    ),
    (
        "minutes of a rule cover both hours",
        {"rrule": "FREQ=MINUTELY;INTERVAL=30"},
        "2026-11-01T01:00",
        ["01 01:00-04", "01 01:30-04", "01 01:00-05", "01 01:30-05", "01 02:00-05"],
    ),
    (
        "days of a rule keep the time of day",
        {"rrule": "DTSTART:20260301T090000\nRRULE:FREQ=DAILY"},
        "2026-03-07T00:00",
        ["07 09:00-05", "08 09:00-04"],
    ),
]


@pytest.mark.parametrize(
    ("body", "start", "expected"),
    [case[1:] for case in CLOCK_CHANGES],
    ids=[case[0] for case in CLOCK_CHANGES],
)
def test_when_clocks_change(body: dict[str, Any], start: str, expected: list[str]) -> None:
    assert shown(body, start, len(expected)) == expected


def test_a_rule_without_start_begins_in_2020_in_its_zone() -> None:
    first = fires(read({"rrule": "FREQ=YEARLY", "timezone": NEW_YORK}), 0, limit=1)
    assert to_datetime(first[0]) == datetime(2020, 1, 1, 5, tzinfo=UTC)


def test_start_end_and_exceptions_of_a_rule_are_wall_clock() -> None:
    rule = (
        "DTSTART;TZID=Europe/Berlin:20260301T090000\nRRULE:FREQ=DAILY;UNTIL=20260304T090000Z\n"
        "EXDATE:20260302T090000Z\nRDATE:20260303T120000"
    )
    assert shown({"rrule": rule}, "2026-01-01T00:00", 9) == [
        "01 09:00-05",
        "03 09:00-05",
        "03 12:00-05",
        "04 09:00-05",
    ]


def test_count_is_counted_from_the_start() -> None:
    rule = {"rrule": "DTSTART:20260301T090000\nRRULE:FREQ=DAILY;COUNT=3", "timezone": "UTC"}
    assert shown(rule, "2026-03-02T12:00", 5, "UTC") == ["03 09:00+00"]


def test_fine_rules_need_not_be_counted_up() -> None:
    from_us = to_us(datetime(2099, 1, 1))
    assert fires(read({"rrule": "FREQ=SECONDLY;INTERVAL=7"}), from_us, limit=1)[0] - from_us < 7_000_000


def test_a_counted_weekday_besides_a_day_of_the_month() -> None:
    either = shown({"cron": "0 0 1 * 5#2"}, "2026-06-01T00:00", 3, "UTC")
    assert either == ["01 00:00+00", "12 00:00+00", "01 00:00+00"]
    assert shown({"cron": "0 0 12 * 5#2", "day_or": False}, "2026-06-01T00:00", 1, "UTC") == ["12 00:00+00"]


def test_what_never_comes_gives_nothing() -> None:
    assert fires(read({"cron": "0 0 30 2 *"}), 0, limit=1) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"interval": 0}, "interval must be positive.*3600"),
        ({"interval": -5}, "interval must be positive"),
        ({"interval": 60, "anchor_date": "soon"}, "anchor_date: 'soon'.*example"),
        ({"cron": "* * *"}, "cron: .*3 fields.*example"),
        ({"cron": "61 * * * *"}, "cron: .*example"),
        ({"cron": "@reboot"}, "cron: @reboot"),
        ({"cron": "R * * * *"}, "cron: .*random"),
        ({"cron": "0 0 15W * *"}, "cron: .*working day"),
        ({"rrule": "every day"}, "rrule: .*FREQ.*example"),
        ({"rrule": "FREQ=NEVER"}, "rrule: .*cannot be read"),
        ({"rrule": "FREQ=DAILY;" + "X" * 6500}, "rrule: .*6500"),
        ({"rrule": "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"}, "rrule: .*never"),
        ({"cron": "0 0 * * *", "timezone": "Mars/Base"}, "Mars/Base"),
        ({}, "none is given"),
        ({"cron": "0 0 * * *", "interval": 5}, "interval and cron"),
    ],
)
def test_errors_name_the_field(body: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read(body)


# -- properties --------------------------------------------------------------------------------------------

starts = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))
zones = st.sampled_from(
    ["UTC", NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]
)


def ranges(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high)
    steps = st.builds("*/{}".format, st.integers(1, high))
    lists = st.lists(number, min_size=1, max_size=3, unique=True).map(lambda n: ",".join(map(str, sorted(n))))
    between = st.tuples(number, number).filter(lambda p: p[0] < p[1]).map(lambda p: f"{p[0]}-{p[1]}")
    return st.just("*") | steps | lists | between


# counted weekdays only where every day of the month will do: the library makes nothing sensible of both
days = st.tuples(
    ranges(1, 28) | st.just("L"), ranges(1, 12), ranges(0, 6) | st.sampled_from(["MON-FRI", "SUN", "?"])
) | st.tuples(st.just("*"), ranges(1, 12), st.sampled_from(["5#2", "L5", "1#1,3#4"]))
crons = st.tuples(ranges(0, 59), ranges(0, 23), days).map(lambda made: " ".join([*made[:2], *made[2]]))


@settings(max_examples=300, deadline=None)
@given(crons, starts.map(lambda at: at.replace(microsecond=0)), st.booleans())
def test_cron_agrees_with_the_library_where_clocks_do_not_change(
    text: str, start: datetime, day_or: bool
) -> None:
    expected = croniter(text, start - timedelta(seconds=1), day_or=day_or)
    found = fires(read({"cron": text, "day_or": day_or}), to_us(start), limit=5)
    assert [to_datetime(at_us).replace(tzinfo=None) for at_us in found] == [
        expected.get_next(datetime) for _ in range(len(found))
    ]
    assert found


rules = st.builds(
    "FREQ={};INTERVAL={}".format,
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]),
    st.integers(1, 5),
)


@settings(max_examples=60, deadline=None)
@given(rules, starts)
def test_rules_agree_with_the_library(rule: str, start: datetime) -> None:
    whole = rrulestr(f"DTSTART:20200101T000000\nRRULE:{rule}")
    found = fires(read({"rrule": rule}), to_us(start), limit=3)
    expected = list(itertools.islice(whole.xafter(start, inc=True), 3))
    assert [to_datetime(at_us).replace(tzinfo=None) for at_us in found] == expected


schedules = (
    st.builds(lambda cron, zone: {"cron": cron, "timezone": zone}, crons, zones)
    | st.builds(
        lambda seconds, at, zone: {"interval": seconds, "anchor_date": at.isoformat(), "timezone": zone},
        st.floats(60, 40 * 86400),
        starts,
        zones,
    )
    | st.builds(lambda rule, zone: {"rrule": rule, "timezone": zone}, rules, zones)
)


@settings(max_examples=300, deadline=None)
@given(schedules, starts, st.integers(0, 11))
def test_it_does_not_matter_where_one_begins_to_read(body: dict[str, Any], start: datetime, at: int) -> None:
    schedule = read(body)
    found = fires(schedule, to_us(start), limit=12)
    assert found == sorted(set(found))
    assert all(at_us >= to_us(start) for at_us in found)
    if at < len(found):
        assert fires(schedule, found[at], limit=12 - at) == found[at:]
        if at:
            assert fires(schedule, found[at - 1] + 1, limit=12 - at) == found[at:]


@pytest.mark.parametrize("zone", [NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe"])
@pytest.mark.parametrize("cron", ["*/20 * * * *", "0 * * * *", "15,45 1,2 * * *", "30 2 * * *"])
def test_every_start_around_a_change_sees_the_same(zone: str, cron: str) -> None:
    schedule = read({"cron": cron, "timezone": zone})
    for month in (3, 4, 10, 11):
        begin, end = to_us(datetime(2026, month, 1)), to_us(datetime(2026, month, 30))
        all_of_them = fires(schedule, begin, until_us=end)
        for from_us in range(begin, end, 7 * HOUR_US + 60_000_000):
            rest = [at_us for at_us in all_of_them if at_us >= from_us][:6]
            assert fires(schedule, from_us, limit=6)[: len(rest)] == rest
