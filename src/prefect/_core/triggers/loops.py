"""Automations that would start themselves for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prefect._base.labels import is_everything, listed, matches
from prefect._core.triggers.model import REACTIVE, EventTrigger, Trigger, leaves

# what each run that an automation starts will do, whatever its flow
_BEGINNING = tuple(f"prefect.flow-run.{name}" for name in ("Scheduled", "Pending", "Running"))
_RUNS = "prefect.flow-run."


def check(trigger: Trigger, actions: Iterable[Mapping[str, Any]]) -> None:
    """Raise `ValueError` if an action runs a deployment whose run would fire the trigger again."""
    running = [action for action in actions if action["type"] == "run-deployment"]
    for leaf, _ in leaves(trigger):
        if not running or not _sees_beginnings(leaf):
            continue
        for action in running:
            if action["source"] == "inferred" or _takes_any(leaf):
                raise ValueError(
                    "Running this deployment would fire the automation again, for ever. Let the trigger"
                    " expect other events, or match a resource that is not that of the new run."
                )


def _sees_beginnings(trigger: EventTrigger) -> bool:
    if trigger.posture != REACTIVE:
        return False
    watched = trigger.match.get("prefect.resource.id")
    if watched is not None and not any(_covers_runs(each) for each in listed(watched)):
        return False
    return any(matches(pattern, name) for pattern in trigger.expect for name in _BEGINNING)


def _covers_runs(pattern: str) -> bool:
    """Whether the pattern stands for runs in general, and not for a certain one."""
    return pattern.endswith("*") and (_RUNS.startswith(pattern[:-1]) or pattern.startswith(_RUNS))


def _takes_any(trigger: EventTrigger) -> bool:
    more = {label for label in trigger.match if label != "prefect.resource.id"}
    related = trigger.match_related
    specs: Sequence[Mapping[str, Any]] = related if isinstance(related, list) else [related]
    return not more and all(is_everything(spec) for spec in specs)
