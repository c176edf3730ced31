"""Random intervals with a known mean."""

from __future__ import annotations

import math
import random


def poisson_interval(average_interval: float, lower: float = 0, upper: float = 1) -> float:
    """An interval of a Poisson process: exponentially distributed with this mean.

    `lower` and `upper` restrict the draw to this part of the distribution, between 0 and 1.
    """
    return -math.log(max(1 - random.uniform(lower, upper), 1e-10)) * average_interval


def exponential_cdf(x: float, average_interval: float) -> float:
    """The share of intervals of that mean that are not longer than `x`."""
    return 1 - math.exp(-x / average_interval)


def lower_clamp_multiple(k: float) -> float:
    """Where to cut off short intervals so that the mean survives cutting off the long ones at `k` means.

    The answer is a multiple of the mean; it is 0 from a `k` of 50 on.
    """
    if k >= 50:
        return 0.0
    return math.log(max(2**k / (2**k - 1), 1e-10), 2)


def clamped_poisson_interval(average_interval: float, clamping_factor: float = 0.3) -> float:
    """An interval of about that mean, at most ``1 + clamping_factor`` times as long and not much shorter."""
    if clamping_factor <= 0:
        raise ValueError("`clamping_factor` must be greater than 0.")
    upper_multiple = clamping_factor + 1
    lower = average_interval * lower_clamp_multiple(upper_multiple)
    upper = average_interval * upper_multiple
    return poisson_interval(
        average_interval, exponential_cdf(lower, average_interval), exponential_cdf(upper, average_interval)
    )


def bounded_poisson_interval(lower_bound: float, upper_bound: float) -> float:
    """An interval between two bounds, with the mean between them."""
    average = (lower_bound + upper_bound) / 2
    return poisson_interval(
        average, exponential_cdf(lower_bound, average), exponential_cdf(upper_bound, average)
    )
