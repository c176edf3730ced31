"""The order of the queues of a pool: priorities are positive and unique, 1 goes first."""

from __future__ import annotations

from collections.abc import Mapping


def first_free(taken: set[int]) -> int:
    """The smallest priority that no queue has."""
    priority = 1
    while priority in taken:
        priority += 1
    return priority


def made_room(priorities: Mapping[str, int], wanted: int) -> dict[str, int]:
    """The queues that have to move down so that `wanted` is free, with their new priorities.

    Only those that stand in the way move, each by one: a gap ends the push.
    """
    by_priority = {priority: id for id, priority in priorities.items()}
    moved: dict[str, int] = {}
    while wanted in by_priority:
        moved[by_priority[wanted]] = wanted + 1
        wanted += 1
    return moved
