"""Which events a trigger looks at, and under which key it counts them."""

from __future__ import annotations

from collections.abc import Iterable

from prefect._base.labels import find, fits, fits_any, matches
from prefect._core.triggers.model import EventTrigger, Happening


def covers(trigger: EventTrigger, event: Happening) -> bool:
    """Whether the event's resources are those that the trigger watches."""
    if not fits(trigger.match, event.resource):
        return False
    wanted = trigger.match_related
    specs = wanted if isinstance(wanted, list) else [wanted]
    return all(fits_any(spec, event.related) for spec in specs)


def starts_after(trigger: EventTrigger, event: Happening) -> bool:
    """Whether the event opens the window of a trigger that waits for one."""
    return _named(trigger.after, event.event)


def expects(trigger: EventTrigger, event: Happening) -> bool:
    """Whether the event counts."""
    return not trigger.expect or _named(trigger.expect, event.event)


def _named(patterns: Iterable[str], name: str) -> bool:
    return any(matches(pattern, name) for pattern in patterns)


def key(trigger: EventTrigger, event: Happening) -> tuple[str, ...]:
    """What the events of one bucket have in common; a label that is missing counts as empty."""
    return tuple(find(label, event.resource, event.related) or "" for label in trigger.for_each)


def labels(trigger: EventTrigger, bucket_key: Iterable[str]) -> dict[str, str]:
    """The labels that a key stands for."""
    return dict(zip(trigger.for_each, bucket_key, strict=False))
