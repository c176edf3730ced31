"""Schedules as users write them: ``Cron("0 9 * * MON-FRI", timezone="Europe/Berlin")``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._wire import schedule_checks as checks

if TYPE_CHECKING:
    from prefect.client.schemas.schedules import validate_cron_string, validate_rrule_string

__all__ = ["Cron", "Interval", "RRule", "Schedule", "validate_cron_string", "validate_rrule_string"]

_HOME = "prefect.client.schemas.schedules"
__getattr__, __dir__ = lazy.names(__name__, {"validate_cron_string": _HOME, "validate_rrule_string": _HOME})


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Schedule:
    """When a deployment runs: one of `interval`, `cron` and `rrule`, and what its runs are started with.

    `slug` names the schedule inside its deployment. `catch_up` says what becomes of instants at which no run
    could be made since the server was down: none of them is made up for, the ``"latest"``, or ``"all"``, of
    the last `catch_up_window` seconds. `overlap` says what becomes of a run while an earlier one of the
    schedule has not ended: both run (``"allow"``), or the new one is left out (``"skip"``) or waits
    (``"queue"``), or the earlier one is cancelled (``"cancel"``). None is the way it is without them.
    """

    interval: timedelta | None = None
    cron: str | None = None
    rrule: str | None = None
    timezone: str | None = None
    anchor_date: datetime = field(default_factory=_now)
    day_or: bool = True
    active: bool = True
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    slug: str | None = None
    catch_up: str | None = None
    catch_up_window: float | None = None
    overlap: str | None = None


def Cron(
    cron: str,
    /,
    timezone: str | None = None,
    day_or: bool = True,
    active: bool = True,
    parameters: dict[str, Any] | None = None,
    slug: str | None = None,
) -> Schedule:
    """Run when the clock of `timezone` (UTC) shows what a cron expression of five fields says.

    With `day_or`, a day fits when the day of the month or the weekday does; without, when both do. Raises
    `ValueError` for what is no expression or no time zone.
    """
    return Schedule(
        cron=checks.check_cron(cron),
        timezone=checks.check_timezone(timezone),
        day_or=day_or,
        active=active,
        parameters=parameters or {},
        slug=slug,
    )


def Interval(
    interval: timedelta | float | int,
    /,
    anchor_date: datetime | None = None,
    timezone: str | None = None,
    active: bool = True,
    parameters: dict[str, Any] | None = None,
    slug: str | None = None,
) -> Schedule:
    """Run every `interval` (a timedelta, or seconds) from `anchor_date` (now) on.

    Whole days keep the time of day in `timezone`. Raises `ValueError` for an interval that is not positive.
    """
    every = interval if isinstance(interval, timedelta) else timedelta(seconds=interval)
    return Schedule(
        interval=checks.check_interval(every),
        anchor_date=_now() if anchor_date is None else anchor_date,
        timezone=checks.check_timezone(timezone),
        active=active,
        parameters=parameters or {},
        slug=slug,
    )


def RRule(
    rrule: str,
    /,
    timezone: str | None = None,
    active: bool = True,
    parameters: dict[str, Any] | None = None,
    slug: str | None = None,
) -> Schedule:
    """Run as a recurrence rule of RFC 5545 says, read on the clock of `timezone` (UTC).

    Raises `ValueError` for what is no such rule.
    """
    return Schedule(
        rrule=checks.check_rrule(rrule),
        timezone=checks.check_timezone(timezone),
        active=active,
        parameters=parameters or {},
        slug=slug,
    )
