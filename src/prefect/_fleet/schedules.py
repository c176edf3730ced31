"""What users give as a schedule, in any of its forms, as the schedules of a deployment."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from prefect.client.schemas._deployments import DeploymentScheduleCreate, DeploymentScheduleUpdate
from prefect.client.schemas.schedules import construct_schedule, is_schedule_type

Interval = int | float | datetime.timedelta | str
_CLOCK = re.compile(r"(?:(\d+) days?,? ?)?(\d+):(\d{2})(?::(\d{2}(?:\.\d+)?))?")
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def wanted(
    interval: Any = None,
    cron: Any = None,
    rrule: Any = None,
    schedule: Any = None,
    schedules: Any = None,
    timezone: str | None = None,
) -> list[DeploymentScheduleCreate | DeploymentScheduleUpdate] | None:
    """The schedules that one of these stands for; None if none is given.

    Raises `ValueError` for several of them, and for `timezone` beside a schedule that has its own.
    """
    options = {
        "interval": interval,
        "cron": cron,
        "rrule": rrule,
        "schedule": schedule,
        "schedules": schedules,
    }
    given = [name for name, value in options.items() if value is not None]
    if len(given) > 1:
        raise ValueError(f"Only one of {', '.join(options)} can be given; these were: {', '.join(given)}.")
    if timezone is not None and (not given or given[0] in ("schedule", "schedules")):
        raise ValueError("`timezone` goes with `interval`, `cron` or `rrule`; a schedule object has its own.")
    if not given:
        return None
    if schedules is not None:
        return normalized(schedules)
    if schedule is not None:
        return normalized([schedule])
    kind, value = given[0], options[given[0]]
    return [_plain(kind, each, timezone) for each in _several(value)]


def _several(value: Any) -> list[Any]:
    is_one = isinstance(value, str | bytes) or not isinstance(value, Iterable)
    return [value] if is_one else list(cast("Iterable[Any]", value))


def _plain(kind: str, value: Any, timezone: str | None) -> DeploymentScheduleCreate:
    if kind == "interval":
        made = construct_schedule(interval=seconds(value), timezone=timezone)
    elif kind == "cron":
        made = construct_schedule(cron=value, timezone=timezone or "UTC")
    else:
        made = construct_schedule(rrule=value, timezone=timezone)
    return DeploymentScheduleCreate(schedule=cast(Any, made))


def seconds(value: Interval) -> datetime.timedelta:
    """An interval: seconds, a timedelta, ``"PT30M"`` or ``"00:30:00"``. Raises `ValueError` for others."""
    if isinstance(value, datetime.timedelta):
        return value
    if not isinstance(value, str):
        return datetime.timedelta(seconds=value)
    text = value.strip()
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        days, hours, minutes, rest = (float(part or 0) for part in clock.groups())
        return datetime.timedelta(days=days, hours=hours, minutes=minutes, seconds=rest)
    iso = _ISO.fullmatch(text.upper())
    if iso is not None and text.upper() not in ("P", "PT"):
        weeks, days, hours, minutes, rest = (float(part or 0) for part in iso.groups())
        return datetime.timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=rest)
    try:
        return datetime.timedelta(seconds=float(text))
    except ValueError:
        raise ValueError(
            f"{value!r} is no interval; give seconds, a timedelta, or text such as 'PT30M' or '00:30:00'."
        ) from None


def normalized(schedules: Any) -> list[DeploymentScheduleCreate | DeploymentScheduleUpdate]:
    """Schedules of a list that holds any form of them, as what is sent."""
    return [_normal(each) for each in schedules or ()]


def _normal(given: Any) -> DeploymentScheduleCreate | DeploymentScheduleUpdate:
    if isinstance(given, DeploymentScheduleCreate | DeploymentScheduleUpdate):
        return given
    if isinstance(given, Mapping):
        words = dict(cast("Mapping[str, Any]", given))
        inner = words.get("schedule")
        if inner is not None and hasattr(inner, "slug"):  # one of `prefect.schedules`, with more beside
            outer = DeploymentScheduleCreate.from_schedule(inner).model_dump(exclude_unset=True)
            outer["schedule"] = DeploymentScheduleCreate.from_schedule(inner).schedule
            return DeploymentScheduleCreate(**{**outer, **words, "schedule": outer["schedule"]})
        return DeploymentScheduleCreate.model_validate(words)
    if is_schedule_type(given):
        return DeploymentScheduleCreate(schedule=cast(Any, given))
    if hasattr(given, "cron") or hasattr(given, "interval") or hasattr(given, "rrule"):
        if hasattr(given, "slug"):
            return DeploymentScheduleCreate.from_schedule(given)
        # what another module of schemas calls a schedule
        return DeploymentScheduleCreate.model_validate({"schedule": given.model_dump(mode="json")})
    raise ValueError(
        f"A {type(given).__name__} is no schedule; give one of `prefect.schedules`, or a dictionary with the"
        " keys `schedule` and `active`."
    )
