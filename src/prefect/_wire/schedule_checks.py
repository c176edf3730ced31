"""Checks of what people write as schedules: each error names the field and shows what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

MAX_RRULE_LENGTH = 6500
RRULE_START = "DTSTART:20200101T000000\n"
"""What a recurrence rule begins with that names no start of its own."""

_EXAMPLES = {
    "interval": "3600 (seconds) or a timedelta",
    "cron": '"0 9 * * MON-FRI" (at nine on working days)',
    "rrule": '"FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0"',
    "timezone": '"Europe/Berlin"',
    "anchor_date": '"2026-06-01T09:00:00+02:00"',
}
_PARAMETERS_OF_LINES = re.compile(r"(?im)^(DTSTART|RDATE|EXDATE)[^:\n]*:")
_UTC_MARK = re.compile(r"(\d{8}T\d{6})Z", re.IGNORECASE)
_RULE = re.compile(r"(?im)^(?:(?:RRULE|EXRULE):)?([^:\n]*FREQ=[^\n]*)$")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LINE_STARTS = ("DTSTART", "RRULE", "RDATE", "EXRULE", "EXDATE", "FREQ")


def refusal(field: str, problem: str) -> ValueError:
    """The error about a field of a schedule."""
    return ValueError(f"{field}: {problem}. An example: {_EXAMPLES[field]}.")


def in_one_line(problems: Iterable[Mapping[str, Any]]) -> str:
    """What pydantic found wrong in a schedule, for people: each field is named once, with an example."""
    lines: list[str] = []
    for each in problems:
        field = str(each["loc"][-1]) if each["loc"] else ""
        said = str(each["msg"]).removeprefix("Value error, ")
        if field and not said.startswith(f"{field}: "):
            said = f"{field}: {said}"
        if field in _EXAMPLES and "example" not in said:
            said = f"{said}. An example: {_EXAMPLES[field]}."
        lines.append(said)
    return "; ".join(lines)


def check_interval(interval: timedelta) -> timedelta:
    """The interval; it must be longer than nothing."""
    if interval <= timedelta(0):
        raise refusal("interval", "the interval must be positive")
    return interval


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_timezone(name: str) -> bool:
    """Whether the IANA database of time zones has that name."""
    return name in _zones()


def check_timezone(name: str | None) -> str | None:
    """The name of the zone, None for none."""
    if name is not None and not is_timezone(name):
        raise ValueError(
            f'Invalid timezone: "{name}" (specify in IANA tzdata format, for example, America/New_York)'
        )
    return name


@cache
def expand_cron(text: str) -> tuple[list[list[Any]], dict[int, set[Any]]]:
    """The values that each field of a cron expression matches, and which weekdays of a month it counts.

    Raises ``ValueError`` for what is not an expression of five fields, or six with the seconds last.
    """
    from croniter import croniter

    fields = text.split()
    if text.startswith("@"):
        if text == "@reboot":
            raise refusal("cron", "@reboot names no time")
    elif len(fields) not in (5, 6):
        raise refusal(
            "cron", f'"{text}" has {len(fields)} fields; five are needed, or six with the seconds last'
        )
    if any(re.match(r"[rRhH](\(|/|$)", field) for field in fields):
        raise refusal("cron", f'"{text}" has a random or hashed field, of which the times cannot be foretold')
    if len(fields) > 2 and re.search(r"\dW|LW", fields[2], re.IGNORECASE):
        raise refusal("cron", f'"{text}" asks for the nearest working day (W), which is not supported')
    try:
        expanded, counted = croniter.expand(text)
    except (ValueError, KeyError, IndexError) as wrong:
        raise refusal("cron", f'"{text}" cannot be read: {wrong}') from wrong
    return expanded, counted  # pyright: ignore[reportReturnType]


def check_cron(text: str) -> str:
    """The expression, as it is."""
    expand_cron(text)
    return text


def wall_clock(rrule: str) -> str:
    """The rule with all of its instants as wall-clock time, and with a start."""
    lines = _PARAMETERS_OF_LINES.sub(r"\1:", _UTC_MARK.sub(r"\1", rrule))
    return lines if "DTSTART" in lines.upper() else RRULE_START + lines


def check_rrule(text: str) -> str:
    """The rule, as it is: RFC 5545 text of at most 6500 characters that can come true."""
    from dateutil.rrule import rrulestr

    if len(text) > MAX_RRULE_LENGTH:
        raise refusal("rrule", f"the rule has {len(text)} characters, {MAX_RRULE_LENGTH} are allowed")
    if not any(start in text.upper() for start in _LINE_STARTS):
        raise refusal("rrule", f'"{text}" is not a rule of RFC 5545: it has no FREQ')
    try:
        rrulestr(wall_clock(text), ignoretz=True)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as wrong:
        raise refusal("rrule", f'"{text}" cannot be read: {wrong}') from wrong
    for rule in _RULE.findall(text):
        _check_possible(text, rule)
    return text


def _check_possible(text: str, rule: str) -> None:
    """Refuse days that no month has: looking for them would take for ever."""
    parts = dict(part.upper().split("=", 1) for part in rule.split(";") if "=" in part)
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "").split(",") if day.strip()]
    months = [int(month) for month in parts.get("BYMONTH", "").split(",") if month.strip()]
    longest = max((_LONGEST_MONTH[month - 1] for month in months if 1 <= month <= 12), default=31)
    if days and min(days) > longest:
        raise refusal("rrule", f'"{text}" never comes true: no such month has a day {min(days)}')
