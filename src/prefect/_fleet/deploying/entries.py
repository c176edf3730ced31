"""The deployments of a ``prefect.yaml``: which are meant, and what options change of them."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import Any

from prefect._fleet import schedules as forms
from prefect.client.schemas._deployments import DeploymentScheduleCreate
from prefect.client.schemas.schedules import construct_schedule

Json = dict[str, Any]
_KINDS = ("cron", "interval", "rrule")
_OF_SCHEDULE = ("timezone", "anchor_date", "day_or", *_KINDS)


class NotFound(LookupError):
    """No deployment of the file is meant by a name."""


def flow_name_of(entry: Json) -> str:
    """The name that the flow of an entry has, as far as the file says it."""
    if entry.get("flow_name"):
        return entry["flow_name"]
    entrypoint: str = entry.get("entrypoint") or ""
    return entrypoint.rpartition(":" if ":" in entrypoint else ".")[2].replace("_", "-")


def chosen(entries: Sequence[Json], patterns: Sequence[str]) -> list[int]:
    """The numbers of the entries that some patterns mean: ``name``, ``flow/name``, with ``*`` and ``?``.

    Raises `NotFound` for a pattern that means none.
    """
    found: set[int] = set()
    for pattern in patterns:
        meant = {number for number, entry in enumerate(entries) if _means(pattern, entry)}
        if not meant:
            known = ", ".join(repr(entry["name"]) for entry in entries if entry.get("name"))
            raise NotFound(
                f"No deployment in the file is named {pattern!r}"
                + (f"; there are {known}." if known else ".")
                + " Give an entrypoint to deploy a new one."
            )
        found |= meant
    return sorted(found)


def _means(pattern: str, entry: Json) -> bool:
    name = entry.get("name")
    if not name:
        return False
    flow, slash, rest = pattern.rpartition("/")
    if not fnmatch.fnmatchcase(name, rest):
        return False
    return not slash or fnmatch.fnmatchcase(flow_name_of(entry), flow.replace("_", "-"))


def overridden(entry: Json, options: Json) -> Json:
    """An entry with the options of the command line over it; those that are None say nothing."""
    made: Json = {**entry}
    pool: Json = dict(entry.get("work_pool") or {})
    for name, value in options.items():
        if value is None:
            continue
        if name == "schedules":
            made.pop("schedule", None)
            made["schedules"] = value
        elif name == "parameters":
            made["parameters"] = {**(entry.get("parameters") or {}), **value}
        elif name == "work_pool":
            pool |= {
                key: inner for key, inner in value.items() if key != "job_variables" and inner is not None
            }
            if value.get("job_variables"):
                pool["job_variables"] = {**(pool.get("job_variables") or {}), **value["job_variables"]}
        else:
            made[name] = value
    if pool:
        made["work_pool"] = pool
    return made


def schedules_of(entry: Json) -> list[DeploymentScheduleCreate] | None:
    """The schedules of an entry; None if it says nothing of them. Raises `ValueError` for bad ones."""
    if entry.get("schedules") is not None:
        given: list[Json] = entry["schedules"]
    elif "schedule" in entry:
        given = [] if entry["schedule"] is None else [entry["schedule"]]
    else:
        return None
    return [_schedule(each) for each in given if each]


def _schedule(given: Json) -> DeploymentScheduleCreate:
    kinds = [kind for kind in _KINDS if given.get(kind) is not None]
    if len(kinds) != 1:
        raise ValueError("A schedule has exactly one of cron, interval and rrule.")
    kind = kinds[0]
    value = forms.seconds(given[kind]) if kind == "interval" else str(given[kind])
    words: Json = {kind: value, "timezone": given.get("timezone")}
    if kind == "cron" and words["timezone"] is None:
        words["timezone"] = "UTC"
    if kind == "interval" and given.get("anchor_date"):
        words["anchor_date"] = given["anchor_date"]
    made: Any = construct_schedule(**words)
    if kind == "cron" and given.get("day_or") is False:
        made.day_or = False
    beside = {key: inner for key, inner in given.items() if key not in _OF_SCHEDULE and inner is not None}
    return DeploymentScheduleCreate(schedule=made, **beside)
