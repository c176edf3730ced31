"""Counting slots: what time gives back, what may be taken, how long to wait."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from prefect._core import limits
from prefect._core.limits import Limit

DECAYS = st.sampled_from([0.1, 0.3, 1.0, 2.5, 7.0, 100.0])
BUCKET = Limit("id", "x", 10, active_slots=4, decay_per_s=2.0)


def at(limit: Limit, seconds: float) -> Limit:
    return limits.decayed(limit, round(seconds * 1e6))


def test_slots_come_back_one_by_one() -> None:
    assert [at(BUCKET, seconds).active_slots for seconds in (0, 0.49, 0.5, 1.2, 1.99, 2.0, 9.0)] == [
        4, 4, 3, 2, 1, 0, 0,
    ]  # fmt: skip


def test_the_fraction_of_a_slot_is_kept() -> None:
    looked_often = BUCKET
    for tenth in range(1, 20):
        looked_often = at(looked_often, tenth / 10)
    assert looked_often.active_slots == at(BUCKET, 1.9).active_slots == 1


def test_an_idle_limit_saves_nothing_up() -> None:
    idle = at(BUCKET, 100.0)
    assert limits.has_room(idle, 10)
    assert not limits.has_room(limits.take(idle, 10), 1)


def test_a_clock_that_goes_back_takes_nothing() -> None:
    assert limits.decayed(BUCKET._replace(decayed_us=5_000_000), 1) == BUCKET._replace(decayed_us=5_000_000)


def test_what_can_never_be() -> None:
    assert limits.never(Limit("", "x", 1), 2, "concurrency")
    assert limits.never(Limit("", "x", 1), 1, "rate_limit")
    assert limits.never(Limit("", "x", 1), 1, "concurrency") is None
    assert limits.never(Limit("", "x", 1, active=False), 2, "concurrency") is None


def test_an_inactive_limit_has_room_and_counts_nothing() -> None:
    closed = Limit("", "x", 0, active=False)
    assert limits.has_room(closed, 5)
    assert limits.take(closed, 5) == closed


def test_the_average_follows_what_is_seen() -> None:
    limit = Limit("", "x", 1, active_slots=1, occupancy_s=2.0)
    assert limits.give_back(limit, 1, 4.0).occupancy_s == 3.0
    assert limits.give_back(limit, 1, None).occupancy_s == 2.0
    assert limits.give_back(limit._replace(occupancy_s=0.1), 1, 0.0).occupancy_s == 0.1


@given(DECAYS, st.integers(1, 5), st.lists(st.integers(0, 3_000_000), max_size=50))
def test_never_more_than_the_burst_and_the_rate(decay: float, most: int, steps_us: list[int]) -> None:
    """In each span of time no more is let through than the limit and what decays in it."""
    limit = Limit("", "x", most, decay_per_s=decay)
    now_us, taken_us = 0, list[int]()
    for step_us in steps_us:
        now_us += step_us
        limit = limits.decayed(limit, now_us)
        if limits.has_room(limit, 1):
            limit = limits.take(limit, 1)
            taken_us.append(now_us)
        assert 0 <= limit.active_slots <= most
    for first, start_us in enumerate(taken_us):
        for last in range(first, len(taken_us)):
            span_s = (taken_us[last] - start_us + 2 * len(taken_us)) / 1e6
            assert last - first + 1 <= most + math.floor(span_s * decay)


@given(DECAYS, st.integers(1, 5), st.integers(1, 5), st.integers(0, 9), st.integers(0, 10**9))
def test_there_is_room_when_it_is_due_and_not_before(
    decay: float, most: int, slots: int, ahead: int, now_us: int
) -> None:
    slots, ahead = min(slots, most), min(ahead, most - min(slots, most))
    full = Limit("", "x", most, active_slots=most, decay_per_s=decay, decayed_us=now_us)
    at_us = limits.due_us(full, slots, ahead, now_us)
    assert limits.has_room(limits.decayed(full, at_us), slots, ahead)
    assert not limits.has_room(limits.decayed(full, at_us - 3), slots, ahead)


@given(st.floats(0.1, 1000), st.integers(1, 20), st.integers(0, 40), st.floats(0, 0.999))
def test_a_guess_is_never_much_longer_than_the_most(
    occupancy_s: float, most: int, ahead: int, draw: float
) -> None:
    limit = Limit("", "x", most, active_slots=most, occupancy_s=occupancy_s)
    assert 0 < limits.wait_s([(limit, ahead)], 1, 0, 30.0, draw, exact=True) <= 30.0 * 1.3 + 1e-9
