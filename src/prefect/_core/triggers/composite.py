"""Triggers made of others: which firings of their children are kept, and when they fire themselves."""

from __future__ import annotations

from dataclasses import dataclass

from prefect._core.triggers.model import Composite, Json, SequenceTrigger


@dataclass(frozen=True, slots=True)
class ChildFiring:
    """That a child fired; `firing` is the firing as JSON."""

    trigger_id: str
    at_us: int
    firing: Json


def combine(
    parent: Composite, kept: tuple[ChildFiring, ...], came: ChildFiring
) -> tuple[tuple[ChildFiring, ...], tuple[ChildFiring, ...] | None]:
    """What is kept afterwards, and the firings by which the parent fires (None: it does not).

    The latest firing of each child counts, in the order of their coming; those that are too old are dropped,
    and all of them when the parent fires.
    """
    now = [each for each in kept if each.trigger_id != came.trigger_id]
    now.append(came)
    if parent.within_us is not None:
        oldest_us = max(each.at_us for each in now) - parent.within_us
        now = [each for each in now if each.at_us >= oldest_us]
    whole = tuple(now)
    return ((), whole) if _is_ready(parent, whole) else (whole, None)


def _is_ready(parent: Composite, firings: tuple[ChildFiring, ...]) -> bool:
    if isinstance(parent, SequenceTrigger):
        return [each.trigger_id for each in firings] == [trigger.id for trigger in parent.triggers]
    return len(firings) >= parent.needed
