"""Deploying again: what becomes of what somebody changed by hand since it was deployed last.

Three things are compared: what was asked for last time (`deployed`), what stands now, and what is asked for.
Where the standing value is not the one that was deployed, and the one asked for is, the deploying has nothing
new to say, and the change made by hand stays. In all other cases what is asked for is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Action: TypeAlias = Literal["set", "kept", "added", "removed"]

# follow the code, so that nobody's hand is in them
OF_CODE = frozenset(
    {
        "version",
        "version_info",
        "entrypoint",
        "path",
        "pull_steps",
        "parameter_openapi_schema",
        "storage_document_id",
        "infrastructure_document_id",
        "labels",
    }
)
_BY_HAND = (
    "paused",
    "description",
    "tags",
    "parameters",
    "job_variables",
    "enforce_parameter_schema",
    "concurrency_limit",
    "concurrency_options",
    "global_concurrency_limit_id",
    "work_pool_name",
    "work_queue_name",
)
_DEFAULTS: Mapping[str, Any] = {
    "paused": False,
    "enforce_parameter_schema": True,
    "parameters": {},
    "tags": [],
}
SCHEDULE_DEFAULTS: Mapping[str, Any] = {
    "schedule": None,
    "active": True,
    "parameters": {},
    "max_scheduled_runs": None,
    "catch_up": "none",
    "catch_up_window": None,
    "overlap": "allow",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the plan: `field` becomes `after`, or (``kept``) stays as it was changed by hand."""

    field: str
    action: Action
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class ScheduleStep:
    """What becomes of one schedule: `id` None makes a new one, `values` None removes it."""

    id: str | None
    values: Json | None


@dataclass(frozen=True, slots=True)
class Redeployment:
    """`values` are the fields to set, `schedules` what becomes of those, `changes` the plan of it all."""

    values: Json
    schedules: list[ScheduleStep] = field(default_factory=list[ScheduleStep])
    changes: list[Change] = field(default_factory=list[Change])


def merge(deployed: Json, standing: Json, wanted: Json) -> Redeployment:
    """What deploying `wanted` does to `standing`; each has the form of the body of a deployment.

    Fields that `wanted` leaves out stay. `standing["schedules"]` have ids.
    """
    values: Json = {name: value for name, value in wanted.items() if name in OF_CODE}
    changes = [
        Change(name, "set", standing.get(name), value)
        for name, value in values.items()
        if not _same(value, standing.get(name)) and name not in ("labels", "version_info")
    ]
    for name in _BY_HAND:
        if name not in wanted:
            continue
        before, after = standing.get(name), wanted[name]
        if _same(before, after):
            continue
        last = deployed.get(name, _DEFAULTS.get(name))
        if _same(last, after):
            changes.append(Change(name, "kept", before, before))
        else:
            values[name] = after
            changes.append(Change(name, "set", before, after))
    steps, of_schedules = _schedules(
        deployed.get("schedules") or [], standing.get("schedules") or [], wanted.get("schedules") or []
    )
    return Redeployment(values, steps, changes + of_schedules)


def _schedules(
    deployed: Sequence[Json], standing: Sequence[Json], wanted: Sequence[Json]
) -> tuple[list[ScheduleStep], list[Change]]:
    steps: list[ScheduleStep] = []
    changes: list[Change] = []
    stands = _matches(wanted, standing)
    was = _matches(wanted, deployed)
    for at, asked in enumerate(wanted):
        name = f"schedules.{asked.get('slug') or at}"
        new = {**SCHEDULE_DEFAULTS, **{key: value for key, value in asked.items() if key != "replaces"}}
        if at not in stands:
            steps.append(ScheduleStep(None, new))
            changes.append(Change(name, "added", None, new["schedule"]))
            continue
        there, last = standing[stands[at]], deployed[was[at]] if at in was else None
        for key, default in SCHEDULE_DEFAULTS.items():
            before, after = there.get(key, default), new[key]
            if _same(before, after):
                continue
            if last is not None and _same(last.get(key, default), after):
                new[key] = before
                changes.append(Change(f"{name}.{key}", "kept", before, before))
            else:
                changes.append(Change(f"{name}.{key}", "set", before, after))
        steps.append(ScheduleStep(there["id"], new))
    kept = set(stands.values())
    once = set(_matches(deployed, standing).values())
    for at, there in enumerate(standing):
        if at in kept:
            continue
        name = f"schedules.{there.get('slug') or there['id']}"
        if at in once:
            steps.append(ScheduleStep(there["id"], None))
            changes.append(Change(name, "removed", there.get("schedule"), None))
        else:
            changes.append(Change(name, "kept", there.get("schedule"), there.get("schedule")))
    return steps, changes


def _matches(some: Sequence[Json], others: Sequence[Json]) -> dict[int, int]:
    """Which of `others` each of `some` means: the one of its slug, the same one, or the one in its place."""
    found: dict[int, int] = {}
    free = set(range(len(others)))

    def take(at: int, other: int) -> None:
        found[at] = other
        free.discard(other)

    for at, one in enumerate(some):
        slugs = [slug for slug in (one.get("replaces"), one.get("slug")) if slug]
        for slug in slugs:
            other = next((other for other in sorted(free) if others[other].get("slug") == slug), None)
            if other is not None:
                take(at, other)
                break
    for at, one in enumerate(some):
        if at not in found and not one.get("slug"):
            same = (other for other in sorted(free) if _is_twin(one, others[other]))
            other = next(same, None)
            if other is not None:
                take(at, other)
    unnamed = [other for other in range(len(others)) if not others[other].get("slug")]
    for place, at in enumerate([at for at, one in enumerate(some) if not one.get("slug")]):
        if at not in found and place < len(unnamed) and unnamed[place] in free:
            take(at, unnamed[place])
    return found


def _is_twin(one: Json, other: Json) -> bool:
    return not other.get("slug") and _same(one.get("schedule"), other.get("schedule"))


def _same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: nothing and an empty collection do."""
    return one == other or (
        not one and not other and not isinstance(one, bool) and not isinstance(other, bool)
    )
