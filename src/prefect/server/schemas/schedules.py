"""Schedules of deployments. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.common import PrefectBaseModel as PrefectBaseModel
    from prefect._wire.common import now as now
    from prefect.client.schemas.schedules import DEFAULT_ANCHOR_DATE as DEFAULT_ANCHOR_DATE
    from prefect.client.schemas.schedules import MAX_ITERATIONS as MAX_ITERATIONS
    from prefect.client.schemas.schedules import CronSchedule as CronSchedule
    from prefect.client.schemas.schedules import IntervalSchedule as IntervalSchedule
    from prefect.client.schemas.schedules import RRuleSchedule as RRuleSchedule
    from prefect.client.schemas.schedules import default_anchor_date as default_anchor_date
    from prefect.client.schemas.schedules import default_timezone as default_timezone
    from prefect.client.schemas.schedules import validate_cron_string as validate_cron_string
    from prefect.client.schemas.schedules import validate_rrule_string as validate_rrule_string

_NAMES = {
    "CronSchedule": "prefect.client.schemas.schedules",
    "DEFAULT_ANCHOR_DATE": "prefect.client.schemas.schedules",
    "IntervalSchedule": "prefect.client.schemas.schedules",
    "MAX_ITERATIONS": "prefect.client.schemas.schedules",
    "PrefectBaseModel": "prefect._wire.common",
    "RRuleSchedule": "prefect.client.schemas.schedules",
    "default_anchor_date": "prefect.client.schemas.schedules",
    "default_timezone": "prefect.client.schemas.schedules",
    "now": "prefect._wire.common",
    "validate_cron_string": "prefect.client.schemas.schedules",
    "validate_rrule_string": "prefect.client.schemas.schedules",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
