"""Counting the slots of concurrency limits: what a request may take, what time gives back, how long to wait.

A limit has so many slots. Those taken come back when they are given back, or, where slots decay, with time: a
limit of 10 with a decay of 2 per second lets 10 through at once and then 2 each second. The time is kept to
which whole slots have decayed, so no fraction of a slot is ever lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from prefect._core.retries import jittered

Mode = Literal["concurrency", "rate_limit"]

SAMPLES_PER_SLOT = 2
LEAST_OCCUPANCY_S = 0.1
WAIT_SPREAD = 0.3


class Limit(NamedTuple):
    """A limit as it stands at `decayed_us`."""

    id: str
    name: str
    limit: int
    active: bool = True
    active_slots: int = 0
    denied_slots: int = 0
    decay_per_s: float = 0.0
    occupancy_s: float = 2.0  # how long a slot is held on average
    decayed_us: int = 0


def decayed(limit: Limit, now_us: int) -> Limit:
    """The limit as it stands at `now_us`: without the slots that time has given back."""
    elapsed_us = now_us - limit.decayed_us
    if limit.decay_per_s <= 0 or elapsed_us <= 0:
        return limit
    left = limit.active_slots - math.floor(limit.decay_per_s * elapsed_us / 1e6)
    if left <= 0:  # an idle limit saves up nothing
        return limit._replace(active_slots=0, decayed_us=now_us)
    used_us = round((limit.active_slots - left) / limit.decay_per_s * 1e6)
    return limit._replace(active_slots=left, decayed_us=limit.decayed_us + used_us)


def never(limit: Limit, slots: int, mode: Mode) -> str | None:
    """Why a request can never be served, however long it waits; None if it can."""
    if limit.active and slots > limit.limit:
        return "Slots requested is greater than the limit"
    if mode == "rate_limit" and limit.decay_per_s <= 0:
        return (
            "Only concurrency limits with slot decay can be used for rate limiting."
            f" Give the limit {limit.name!r} a slot decay per second."
        )
    return None


def has_room(limit: Limit, slots: int, ahead: int = 0) -> bool:
    """Whether `slots` are free, besides the `ahead` that others wait for who came before."""
    return not limit.active or limit.active_slots + ahead + slots <= limit.limit


def take(limit: Limit, slots: int) -> Limit:
    """The limit with `slots` more of it taken; an inactive one does not count."""
    return limit._replace(active_slots=limit.active_slots + slots) if limit.active else limit


def give_back(limit: Limit, slots: int, held_s: float | None = None) -> Limit:
    """The limit with `slots` freed, which were held for `held_s` seconds if that is known."""
    freed = limit._replace(active_slots=max(0, limit.active_slots - slots))
    if held_s is None:
        return freed
    weight = min(1.0, slots / (SAMPLES_PER_SLOT * max(limit.limit, 1)))
    sample = max(held_s, LEAST_OCCUPANCY_S)
    return freed._replace(occupancy_s=limit.occupancy_s + (sample - limit.occupancy_s) * weight)


def due_us(limit: Limit, slots: int, ahead: int, now_us: int) -> int:
    """When a limit whose slots decay will have room; `limit` as it stands at `now_us`."""
    excess = limit.active_slots + ahead + slots - limit.limit
    at_us = limit.decayed_us + math.ceil(excess / limit.decay_per_s * 1e6)
    # one microsecond more, so that rounding does not find it a moment too early
    return max(at_us, now_us) + 1


def wait_s(
    full: Sequence[tuple[Limit, int]], slots: int, now_us: int, most_s: float, draw: float, exact: bool
) -> float:
    """How long a refused request should wait; `full` are the limits without room, each with what is ahead.

    Slots that decay are free at a certain time, told `exact` to a client that keeps its place in the queue;
    others are spread out, so that they do not come back all at once. For slots that are given back it is a
    guess from how long they are held, of `most_s` at most.
    """
    waits: list[float] = []
    for limit, ahead in full:
        if limit.decay_per_s > 0:
            due_s = (due_us(limit, slots, ahead, now_us) - now_us) / 1e6
            waits.append(due_s if exact else due_s * (1 + WAIT_SPREAD * draw))
            continue
        blocking = (slots + ahead + limit.denied_slots) / max(limit.limit, 1)
        guess = min(min(limit.occupancy_s, most_s) * blocking, most_s)
        waits.append(jittered(guess, WAIT_SPREAD, draw))
    return max(waits)
