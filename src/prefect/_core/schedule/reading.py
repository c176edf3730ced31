"""Schedules from their JSON form, and the instants at which they fire."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeAlias

from prefect._base.clock import from_iso
from prefect._core.schedule.cron import Cron
from prefect._core.schedule.interval import Interval
from prefect._core.schedule.rrule import RecurrenceRule
from prefect._wire import schedule_checks as checks

Schedule: TypeAlias = Interval | Cron | RecurrenceRule
_KINDS = ("interval", "cron", "rrule")
_MICROSECOND = timedelta(microseconds=1)


def read(body: dict[str, Any]) -> Schedule:
    """The schedule of a JSON object; raises ``ValueError`` that names the field and shows an example."""
    given = [kind for kind in _KINDS if body.get(kind) is not None]
    if len(given) != 1:
        raise ValueError(
            f"A schedule has one of {', '.join(_KINDS)}; {' and '.join(given) or 'none'} is given."
        )
    timezone = checks.check_timezone(body.get("timezone"))
    match given[0]:
        case "interval":
            every = checks.check_interval(timedelta(seconds=body["interval"]))
            return Interval(every // _MICROSECOND, _anchor(body.get("anchor_date")), timezone)
        case "cron":
            return Cron(checks.check_cron(body["cron"]), timezone, body.get("day_or") is not False)
        case _:
            return RecurrenceRule(checks.check_rrule(body["rrule"]), timezone)


@lru_cache(maxsize=4096)
def read_text(text: str) -> Schedule:
    """The schedule in JSON text, as it is stored."""
    return read(json.loads(text))


def fires(
    schedule: Schedule, from_us: int, *, until_us: int | None = None, limit: int | None = None
) -> list[int]:
    """The first `limit` instants from `from_us` on, none of them after `until_us`; one of both is needed."""
    if limit is None and until_us is None:
        raise ValueError("Give until_us or limit: a schedule has no end of its own.")
    found: Iterator[int] = schedule.from_(from_us)
    if until_us is not None:
        found = itertools.takewhile(lambda at_us: at_us <= until_us, found)
    return list(itertools.islice(found, limit))


def _anchor(text: str | None) -> int:
    """An interval without an anchor is in step with the beginning of 2020."""
    if text is None:
        return from_iso("2020-01-01T00:00:00")
    try:
        return from_iso(text)
    except (TypeError, ValueError) as wrong:
        raise ValueError(
            f"anchor_date: {text!r} is not an instant: {wrong}. An example: 2026-01-01T00:00:00Z."
        ) from wrong
