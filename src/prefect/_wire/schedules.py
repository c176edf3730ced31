"""Schedules as the API speaks of them: an interval, a cron expression or a recurrence rule."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from prefect._wire import schedule_checks as checks
from prefect._wire.common import ActionBaseModel, DateTime, now

TimeZone = Annotated[str | None, AfterValidator(checks.check_timezone)]


class IntervalSchedule(ActionBaseModel):
    """Runs at the anchor and every `interval` (seconds on the wire) before and after it."""

    interval: datetime.timedelta = Field(json_schema_extra={"exclusiveMinimum": 0})
    anchor_date: DateTime = Field(default_factory=now)
    timezone: TimeZone = "UTC"

    @field_validator("interval")
    @classmethod
    def check_interval(cls, interval: datetime.timedelta) -> datetime.timedelta:
        return checks.check_interval(interval)


class CronSchedule(ActionBaseModel):
    """Runs when the clock of `timezone` fits to a cron expression of five or six fields."""

    cron: str
    timezone: TimeZone = None
    day_or: bool = True

    @field_validator("cron")
    @classmethod
    def check_form(cls, cron: str) -> str:
        return checks.check_cron(cron)


class RRuleSchedule(ActionBaseModel):
    """Runs as a recurrence rule of RFC 5545 says; without a start it is anchored at the beginning of 2020."""

    rrule: str
    timezone: TimeZone = "UTC"

    @field_validator("rrule")
    @classmethod
    def check_form(cls, rrule: str) -> str:
        checks.check_rrule(rrule)
        return rrule if "DTSTART" in rrule.upper() else checks.RRULE_START + rrule


Schedule = IntervalSchedule | CronSchedule | RRuleSchedule


def whole(schedule: Any) -> Any:
    """A schedule as JSON with all of its keys, from a model."""
    return schedule.model_dump(mode="json")
