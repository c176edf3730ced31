"""Large arguments cost tasks next to nothing: they are neither looked through nor copied."""

from __future__ import annotations

import tracemalloc
from time import process_time
from typing import Any

import pandas
import pytest

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

MB = 1024 * 1024


@task
def length(values: Any) -> int:
    return len(values)


@task
def same(values: Any) -> Any:
    return values


@task(cache_policy=NO_CACHE, persist_result=False)
def chained(values: Any) -> Any:
    return values


@pytest.mark.parametrize("submits", [False, True])
def test_a_list_of_200_000_numbers_costs_less_than_20_ms(submits: bool) -> None:
    numbers = list(range(200_000))
    took_ms: list[float] = []

    @flow(validate_parameters=False)
    def around() -> None:
        for _ in range(20):
            began = process_time()
            found = length.submit(numbers).result() if submits else length(numbers)
            took_ms.append(1000 * (process_time() - began))
            assert found == 200_000

    around()
    assert min(took_ms) < 20


@pytest.mark.parametrize("through", ["calls", "submissions", "a flow"])
def test_a_frame_of_100_mb_is_not_copied(through: str) -> None:
    frame = pandas.DataFrame({"x": range(13 * MB)})  # eight bytes each
    assert frame.memory_usage(deep=True).sum() > 100 * MB

    @flow(validate_parameters=False)
    def inner(values: Any) -> Any:
        return values

    @flow
    def around() -> Any:
        if through == "calls":
            return chained(same(frame))
        if through == "submissions":
            return chained.submit(same.submit(frame)).result()
        return inner(frame)

    around()  # what is imported and made once is not counted
    tracemalloc.start()
    try:
        assert around() is frame
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * MB
