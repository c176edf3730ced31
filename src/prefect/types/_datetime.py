"""Instants for people and schemas: always aware, in UTC unless another zone is asked for."""

from __future__ import annotations

import datetime as _datetime
from typing import Any
from zoneinfo import ZoneInfo

from prefect._base import lazy

dateutil: Any = lazy.module("dateutil.parser")

DateTime = _datetime.datetime
Date = _datetime.date
Duration = _datetime.timedelta
UTC = _datetime.UTC

_UNITS = (
    ("year", 365 * 86400),
    ("month", 30 * 86400),
    ("week", 7 * 86400),
    ("day", 86400),
    ("hour", 3600),
    ("minute", 60),
    ("second", 1),
)


def _zone(tz: str | _datetime.tzinfo) -> _datetime.tzinfo:
    if isinstance(tz, str):
        return UTC if tz.upper() == "UTC" else ZoneInfo(tz)
    return tz


def now(tz: str | _datetime.tzinfo = UTC) -> _datetime.datetime:
    """The present in a time zone."""
    return _datetime.datetime.now(_zone(tz))


def from_timestamp(ts: float, tz: str | _datetime.tzinfo = UTC) -> _datetime.datetime:
    """The instant of a POSIX timestamp in a time zone."""
    return _datetime.datetime.fromtimestamp(ts, _zone(tz))


def parse_datetime(value: str) -> _datetime.datetime:
    """The instant that a text names, in ISO 8601 or anything like it; in UTC if it names no offset."""
    try:
        found = _datetime.datetime.fromisoformat(value)
    except ValueError:
        found = dateutil.parse(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def create_datetime_instance(v: _datetime.datetime) -> _datetime.datetime:
    """`v` as an aware datetime; in UTC if it has no zone."""
    return v if v.tzinfo else v.replace(tzinfo=UTC)


def in_local_tz(dt: _datetime.datetime) -> _datetime.datetime:
    """The same instant in the zone of this machine."""
    return create_datetime_instance(dt).astimezone()


def to_datetime_string(dt: _datetime.datetime, include_tz: bool = True) -> str:
    """Date and time in seconds, with the name of the zone if wanted."""
    return dt.strftime("%Y-%m-%d %H:%M:%S %Z" if include_tz else "%Y-%m-%d %H:%M:%S").strip()


def start_of_day(dt: _datetime.datetime) -> _datetime.datetime:
    """Midnight before `dt`, in its zone."""
    return dt.replace(hour=0, minute=0, second=0, microsecond=0)


def earliest_possible_datetime() -> _datetime.datetime:
    """The first instant that can be named."""
    return _datetime.datetime.min.replace(tzinfo=UTC)


def human_friendly_diff(dt: _datetime.datetime | None, other: _datetime.datetime | None = None) -> str:
    """How long ago or ahead `dt` is, in its largest unit: ``3 hours ago``, ``in 2 days``."""
    if dt is None:
        return ""
    base = create_datetime_instance(other) if other else now()
    seconds = (base - create_datetime_instance(dt)).total_seconds()
    name, size = next(((name, size) for name, size in _UNITS if abs(seconds) >= size), ("second", 1))
    count = max(1, int(abs(seconds) // size)) if abs(seconds) >= 1 else 0
    text = f"{count} {name}{'' if count == 1 else 's'}"
    if other is not None:
        return f"{text} {'before' if seconds >= 0 else 'after'}"
    return f"{text} ago" if seconds >= 0 else f"in {text}"
