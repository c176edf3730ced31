"""Schedules as clients know them, and how to make one from plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias, TypeGuard

from pydantic import ConfigDict, ValidationError

from prefect._wire import schedule_checks as checks
from prefect._wire.common import PrefectBaseModel, now
from prefect._wire.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

MAX_ITERATIONS = 1000
MAX_RRULE_LENGTH = checks.MAX_RRULE_LENGTH
DEFAULT_ANCHOR_DATE = date(2020, 1, 1)

__all__ = [
    "DEFAULT_ANCHOR_DATE",
    "MAX_ITERATIONS",
    "MAX_RRULE_LENGTH",
    "SCHEDULE_TYPES",
    "CronSchedule",
    "IntervalSchedule",
    "NoSchedule",
    "PrefectBaseModel",
    "RRuleSchedule",
    "construct_schedule",
    "default_anchor_date",
    "default_timezone",
    "is_schedule_type",
    "is_valid_timezone",
    "now",
    "validate_cron_string",
    "validate_rrule_string",
]


class NoSchedule(PrefectBaseModel):
    """Stands for the absence of a schedule, where leaving it out means something else."""

    model_config = ConfigDict(extra="forbid")


SCHEDULE_TYPES: TypeAlias = IntervalSchedule | CronSchedule | RRuleSchedule | NoSchedule


def is_valid_timezone(v: str) -> bool:
    """Whether `v` is the name of a time zone."""
    return checks.is_timezone(v)


def default_timezone(v: str | None, values: Mapping[str, Any] | None = None) -> str | None:
    """The name of a time zone, or that of the zone of an anchor date in `values` where none is given."""
    if v is not None:
        if not is_valid_timezone(v):
            raise ValueError(f'Invalid timezone: "{v}" (specify in IANA tzdata format)')
        return v
    anchor: Any = (values or {}).get("anchor_date")
    zone = getattr(getattr(anchor, "tzinfo", None), "key", None)
    return zone or ("UTC" if anchor is not None else None)


def default_anchor_date(v: datetime) -> datetime:
    """The anchor with a time zone: UTC where it has none."""
    return v if v.tzinfo is not None else v.replace(tzinfo=UTC)


def validate_cron_string(v: str) -> str:
    """The expression; raises `ValueError` where it is none."""
    return checks.check_cron(v)


def validate_rrule_string(v: str) -> str:
    """The rule; raises `ValueError` where it is none, or too long to be evaluated."""
    return checks.check_rrule(v)


def is_schedule_type(obj: Any) -> TypeGuard[SCHEDULE_TYPES]:
    """Whether `obj` is one of the schedules of this module."""
    return isinstance(obj, IntervalSchedule | CronSchedule | RRuleSchedule | NoSchedule)


def construct_schedule(
    interval: int | float | timedelta | None = None,
    anchor_date: datetime | str | None = None,
    cron: str | None = None,
    rrule: str | None = None,
    timezone: str | None = None,
) -> SCHEDULE_TYPES:
    """A schedule from exactly one of `interval` (seconds, or a timedelta), `cron` and `rrule`.

    Raises `ValueError` for none or several of them, for an anchor date without an interval, and for values
    that are no schedule; it names the field and shows what would be right.
    """
    given = [each for each in (interval, cron, rrule) if each is not None]
    if len(given) != 1:
        raise ValueError("A schedule needs exactly one of `interval`, `cron` and `rrule`.")
    if anchor_date is not None and interval is None:
        raise ValueError("An anchor date can only be given with an interval.")
    try:
        return _constructed(interval, anchor_date, cron, rrule, timezone)
    except ValidationError as wrong:
        raise ValueError(checks.in_one_line(wrong.errors())) from None  # pyright: ignore[reportArgumentType]


def _constructed(
    interval: int | float | timedelta | None,
    anchor_date: datetime | str | None,
    cron: str | None,
    rrule: str | None,
    timezone: str | None,
) -> SCHEDULE_TYPES:
    if interval is not None:
        every = interval if isinstance(interval, timedelta) else timedelta(seconds=interval)
        options: dict[str, Any] = {
            "interval": checks.check_interval(every),
            "timezone": timezone,
            "anchor_date": anchor_date,
        }
        return IntervalSchedule(**{key: value for key, value in options.items() if value is not None})
    if cron is not None:
        return CronSchedule(cron=cron, timezone=timezone)
    assert rrule is not None
    return RRuleSchedule(rrule=rrule, **({} if timezone is None else {"timezone": timezone}))
