"""Instants and spans as people write them: ``10 minutes``, ``2h 30m``, ``tomorrow at 5pm``."""

from __future__ import annotations

import datetime
import re
from typing import Any

from prefect._base import lazy

parser: Any = lazy.module("dateutil.parser")

_UNITS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "m": 60,
    "hour": 3600,
    "hr": 3600,
    "h": 3600,
    "day": 86_400,
    "d": 86_400,
    "week": 604_800,
    "w": 604_800,
}
_PART = re.compile(r"(\d+(?:\.\d+)?|an?)\s*([a-z]+)")
_BETWEEN = re.compile(r"\s*(?:,|and)?\s*")
_CLOCK = re.compile(r"(\d+):(\d{2})(?::(\d{2}))?")
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = re.compile(rf"\b(?:(?:next|on)\s+)?({'|'.join((*_DAYS, *_WEEKDAYS))})\b")


def span(text: str) -> datetime.timedelta:
    """A span of time; raises `ValueError` for what is none."""
    left = text.strip().lower().removeprefix("in ").strip()
    clock = _CLOCK.fullmatch(left)
    if clock is not None:
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    total, found = 0.0, False
    while left:
        part = _PART.match(left)
        unit = None if part is None else _UNITS.get(part[2]) or _UNITS.get(part[2].removesuffix("s"))
        if part is None or unit is None:
            raise ValueError(f"{text!r} is no span of time; write it like '10 minutes' or '2 hours'.")
        total += unit * (1.0 if part[1].startswith("a") else float(part[1]))
        found = True
        left = left[part.end() :]
        left = left[_BETWEEN.match(left).end() :]  # pyright: ignore[reportOptionalMemberAccess]
    if not found:
        raise ValueError("No span of time is given.")
    return datetime.timedelta(seconds=total)


def instant(text: str, now: datetime.datetime) -> datetime.datetime:
    """An instant, in the time zone of `now` unless it names one; raises `ValueError` for what is none.

    A time alone is the next one of that clock.
    """
    given = text.strip().lower()
    if given == "now":
        return now
    if given.startswith("in "):
        return now + span(given)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = _DAY.search(given)
    base, is_day_given = midnight, False
    if day is not None:
        is_day_given = True
        base = midnight + datetime.timedelta(days=_days_until(day[1], now))
        given = (given[: day.start()] + " " + given[day.end() :]).strip()
    given = re.sub(r"^(at|on)\s+|\s+(at|on)\b", " ", given).strip()
    if not given:
        return base.replace(hour=now.hour, minute=now.minute, second=now.second)
    given = {"noon": "12:00", "midnight": "00:00"}.get(given, given)
    try:
        found, other = (
            parser.parse(given, default=each) for each in (base, base + datetime.timedelta(days=40))
        )
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no instant; write it like 'tomorrow at 5pm' or '2026-06-01 10:00'."
        ) from None
    if found.date() != other.date() and not is_day_given and found <= now and found.date() == now.date():
        found += datetime.timedelta(days=1)  # a time alone, which is over for today
    return found


def _days_until(word: str, now: datetime.datetime) -> int:
    if word in _DAYS:
        return _DAYS[word]
    return (_WEEKDAYS.index(word) - now.weekday() - 1) % 7 + 1
