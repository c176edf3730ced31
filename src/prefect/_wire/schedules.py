"""Schedules as the API speaks of them: an interval, a cron expression or a recurrence rule."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, field_validator

from prefect._wire.common import ActionBaseModel, DateTime, now

_CRON_WORD = re.compile(r"@(annually|yearly|monthly|weekly|daily|midnight|hourly)")
_CRON_FIELD = re.compile(r"[\w*?/,#LW-]+")
_RRULE_START = "DTSTART:20200101T000000\n"


def _known_timezone(name: str | None) -> str | None:
    if name is not None and name not in available_timezones():
        raise ValueError(
            f'Invalid timezone: "{name}" (specify in IANA tzdata format, for example, America/New_York)'
        )
    return name


TimeZone = Annotated[str | None, AfterValidator(_known_timezone)]


class IntervalSchedule(ActionBaseModel):
    """Runs at the anchor and every `interval` (seconds on the wire) before and after it."""

    interval: datetime.timedelta = Field(gt=datetime.timedelta(0))
    anchor_date: DateTime = Field(default_factory=now)
    timezone: TimeZone = "UTC"


class CronSchedule(ActionBaseModel):
    """Runs when the clock of `timezone` fits to a cron expression of five or six fields."""

    cron: str
    timezone: TimeZone = None
    day_or: bool = True

    @field_validator("cron")
    @classmethod
    def check_form(cls, cron: str) -> str:
        fields = cron.split()
        plausible = len(fields) in (5, 6) and all(_CRON_FIELD.fullmatch(field) for field in fields)
        if not plausible and not _CRON_WORD.fullmatch(cron):
            raise ValueError(f'Invalid cron string: "{cron}"')
        return cron


class RRuleSchedule(ActionBaseModel):
    """Runs as a recurrence rule of RFC 5545 says; without a start it is anchored at the beginning of 2020."""

    rrule: str
    timezone: TimeZone = "UTC"

    @field_validator("rrule")
    @classmethod
    def check_form(cls, rrule: str) -> str:
        if "FREQ=" not in rrule.upper():
            raise ValueError(f'Invalid RRule string "{rrule}": it has no FREQ.')
        return rrule if "DTSTART" in rrule.upper() else _RRULE_START + rrule


Schedule = IntervalSchedule | CronSchedule | RRuleSchedule


def whole(schedule: Any) -> Any:
    """A schedule as JSON with all of its keys, from a model."""
    return schedule.model_dump(mode="json")
