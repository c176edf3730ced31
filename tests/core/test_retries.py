"""The numbers of retries."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefect._core.retries import (
    MAX_DELAYS,
    backoff_delays,
    base_delay_s,
    check_delays,
    delay_s,
    jitter_bounds,
    jittered,
)

averages = st.floats(0.001, 1e6)
factors = st.floats(0.001, 20.0)
draws = st.floats(0.0, 1.0, exclude_max=True)


def test_back_off_doubles():
    assert backoff_delays(10, 4) == [10, 20, 40, 80]
    assert backoff_delays(1, 0) == []
    assert len(backoff_delays(1, 80)) == MAX_DELAYS
    with pytest.raises(ValueError, match="negative"):
        backoff_delays(-1, 3)


def test_the_last_delay_repeats():
    assert [base_delay_s((1, 2, 5), count) for count in range(6)] == [1, 1, 2, 5, 5, 5]
    assert base_delay_s(3, 7) == 3.0
    assert base_delay_s(None, 1) == 0.0
    assert base_delay_s((), 1) == 0.0


def test_delays_are_checked():
    assert check_delays([1, 2.5]) == (1, 2.5)
    with pytest.raises(ValueError, match="At most 50"):
        check_delays([1] * 51)
    with pytest.raises(ValueError, match="negative"):
        check_delays([1, -1])


@given(averages, factors, draws)
def test_jitter_stays_within_its_bounds(average: float, factor: float, draw: float):
    least, greatest = jitter_bounds(average, factor)
    assert 0 < least < average < greatest
    assert math.isclose(greatest, average * (1 + factor))
    assert least <= jittered(average, factor, draw) <= greatest


@given(averages, factors, draws, draws)
def test_a_greater_draw_waits_longer(average: float, factor: float, one: float, other: float):
    low, high = sorted((one, other))
    assert jittered(average, factor, low) <= jittered(average, factor, high)


@pytest.mark.parametrize("factor", [0.1, 0.3, 0.5, 1.0])
def test_the_mean_of_jitter_is_near_the_average(factor: float):
    source = random.Random(7)
    drawn = [jittered(10.0, factor, source.random()) for _ in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(10.0, rel=0.05)


def test_the_least_of_the_usual_factor_is_three_quarters():
    assert jitter_bounds(1.0, 0.3)[0] == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("factor", [None, 0, 0.0])
def test_no_factor_no_jitter(factor: float | None):
    assert delay_s(4.0, 1, factor, 0.9) == 4.0
    assert delay_s(0, 1, 0.5, 0.9) == 0.0
