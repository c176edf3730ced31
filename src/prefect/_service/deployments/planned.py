"""The runs that schedules make ahead: creating them, and removing them when what they follow changes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from prefect._base import lazy
from prefect._base.clock import to_iso
from prefect._base.jsontext import dumps, loads
from prefect._base.words import two_words
from prefect._core.schedule.planning import CatchUp, Plan, Terms, Wishes, fire_key, plan
from prefect._core.schedule.reading import Schedule, read_text
from prefect._service.runs import states
from prefect._service.unit import Unit
from prefect._store.sql import Queries
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

sql = Queries(__file__, "runs.sql")
Row = Mapping[str, Any]
PLANNED = "flow-runs.planned"
"""The topic of the log that tells of runs made ahead; its subject is a deployment, or ``planner``."""

_KINDS = {"cron": "CronSchedule", "interval": "IntervalSchedule", "rrule": "RRuleSchedule"}
_PREFIX = "server.services.scheduler"
_NEVER_US = 2**62
logger = logging.getLogger("prefect.server.schedules")


def is_enabled() -> bool:
    """Whether schedules make runs in this process."""
    return settings.active()[f"{_PREFIX}.enabled"]


def terms(values: Mapping[str, Any]) -> Terms:
    """How far ahead runs are made, by the settings."""
    return Terms(
        min_runs=values[f"{_PREFIX}.min_runs"],
        min_time_us=_us(values[f"{_PREFIX}.min_scheduled_time"]),
        max_runs=values[f"{_PREFIX}.max_runs"],
        max_time_us=_us(values[f"{_PREFIX}.max_scheduled_time"]),
        grace_us=_us(values[f"{_PREFIX}.loop_seconds"]),
    )


async def plan_schedules(
    unit: Unit, schedules: Iterable[Row], deployments: Mapping[str, Row], how: Terms, most: int | None = None
) -> tuple[int, bool]:
    """Make the runs that are missing ahead: how many, and whether all schedules were dealt with.

    With `most` no further schedule is begun once so many runs are made. A schedule that cannot be read is
    reported and left alone from then on.
    """
    made: list[JsonObject] = []
    marks: list[JsonObject] = []
    is_done = True
    for schedule in schedules:
        if most is not None and len(made) >= most:
            is_done = False
            break
        deployment = deployments.get(schedule["deployment_id"])
        if deployment is None or deployment["paused"] or not schedule["active"]:
            marks.append({"id": schedule["id"], "mark_us": schedule["mark_us"], "plan_us": None})
            continue
        try:
            found = plan(
                read_text(schedule["schedule"]), unit.now_us, schedule["mark_us"], wishes(schedule), how
            )
        except ValueError as wrong:
            logger.error(
                "The schedule %s of deployment %r makes no runs: %s",
                schedule["id"],
                deployment["name"],
                wrong,
            )
            marks.append({"id": schedule["id"], "mark_us": schedule["mark_us"], "plan_us": None})
            continue
        made += run_rows(unit, deployment, schedule, found.fires)
        marks.append({"id": schedule["id"], "mark_us": found.mark_us, "plan_us": found.again_us})
    await insert(unit, made)
    await unit.many(sql.schedule_planned, marks)
    return len(made), is_done


async def insert(unit: Unit, rows: list[JsonObject]) -> None:
    """Write runs that schedules make; those that exist already stay as they are."""
    if rows:
        await unit.many(sql.run_insert, rows)
        await unit.many(sql.state_insert, [{"id": row["id"]} for row in rows])


def wishes(schedule: Row) -> Wishes:
    """What a schedule asks for besides its instants."""
    window_s: float | None = schedule["catch_up_window_s"]
    catch_up: CatchUp = schedule["catch_up"]
    return Wishes(catch_up, None if window_s is None else _us(window_s), schedule["max_scheduled_runs"])


def run_rows(
    unit: Unit,
    deployment: Row,
    schedule: Row,
    fires: Iterable[int],
    parameters: JsonObject | None = None,
    backfill_id: str | None = None,
) -> list[JsonObject]:
    """The rows of the runs of a schedule at some instants; `parameters` go before those of both."""
    merged = loads(deployment["parameters"]) | loads(schedule["parameters"]) | (parameters or {})
    name_of_kind = next(name for kind, name in _KINDS.items() if f'"{kind}"' in schedule["schedule"])
    shared: JsonObject = {
        "now_us": unit.now_us,
        "flow_id": deployment["flow_id"],
        "deployment_id": deployment["id"],
        "deployment_version": deployment["version"],
        "work_queue_id": deployment["work_queue_id"],
        "work_queue_name": deployment["work_queue_name"],
        "parameters": dumps(merged),
        "tags": dumps(["auto-scheduled", *loads(deployment["tags"])]),
        "labels": dumps(labels(deployment)),
        "schedule_id": schedule["id"],
        "backfill_id": backfill_id,
        "created_by": dumps(
            {"id": schedule["id"], "type": "SCHEDULE", "display_value": schedule["slug"] or name_of_kind}
        ),
    }
    return [
        {
            **shared,
            "id": unit.new_id(),
            "name": two_words(),
            "state_id": unit.new_id(),
            "state_details": states.write_details({"scheduled_us": at_us}),
            "idempotency_key": key_at(schedule, at_us),
            "at_us": at_us,
        }
        for at_us in fires
    ]


def labels(deployment: Row) -> JsonObject:
    """The labels of the runs of a deployment."""
    return {
        "prefect.flow.id": deployment["flow_id"],
        "prefect.deployment.id": deployment["id"],
        **loads(deployment["labels"]),
    }


def key_at(schedule: Row, at_us: int) -> str:
    """The idempotency key of the run of a schedule at an instant."""
    return fire_key(schedule["deployment_id"], schedule["fire_name"] or schedule["id"], to_iso(at_us))


async def withdraw(unit: Unit, schedule_id: str, *, from_us: int = -_NEVER_US) -> None:
    """Remove the runs of a schedule that are due from an instant on and that nobody has begun."""
    await unit.run(sql.states_of_schedule_delete, schedule_id=schedule_id, from_us=from_us)
    await unit.run(sql.runs_of_schedule_delete, schedule_id=schedule_id, from_us=from_us)


async def renew(unit: Unit, deployment: Row, schedules: Iterable[Row], changed: Iterable[str]) -> None:
    """Let the runs ahead follow the schedules as they are now.

    The future runs of the schedules in `changed` (ids) are made anew, those of all that are paused or
    inactive go, also the overdue ones. All else stays as it is.
    """
    again = set(changed)
    to_plan: list[Row] = []
    for schedule in schedules:
        if deployment["paused"] or not schedule["active"]:
            await withdraw(unit, schedule["id"])
            mark: JsonObject = {"id": schedule["id"], "mark_us": unit.now_us - 1, "plan_us": None}
            await unit.run(sql.schedule_planned, **mark)
        elif schedule["id"] in again or schedule["plan_us"] is None:
            await withdraw(unit, schedule["id"], from_us=unit.now_us)
            to_plan.append({**schedule, "mark_us": unit.now_us - 1, "plan_us": unit.now_us})
    if not to_plan:
        return
    if is_enabled():
        how = terms(settings.active())
        await plan_schedules(unit, to_plan, {deployment["id"]: deployment}, how)
        await unit.emit(PLANNED, deployment["id"])
        return
    for schedule in to_plan:  # another process plans
        mark = {"id": schedule["id"], "mark_us": schedule["mark_us"], "plan_us": unit.now_us}
        await unit.run(sql.schedule_planned, **mark)


def _us(duration: float | timedelta) -> int:
    """Microseconds of seconds or of a duration."""
    seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
    return round(seconds * 1e6)


__all__ = [
    "PLANNED",
    "Plan",
    "Schedule",
    "insert",
    "plan_schedules",
    "renew",
    "run_rows",
    "terms",
    "withdraw",
]
