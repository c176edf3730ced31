"""Large arguments cost tasks next to nothing: they are neither looked through nor copied."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from time import process_time
from typing import Any

import numpy
import pandas
import pytest

from prefect import cache_policies, flow, task
from prefect.cache_policies import INPUTS, NO_CACHE
from prefect.filesystems import LocalFileSystem
from prefect.results import ResultStore

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


@task(persist_result=True)
def made(size: int) -> Any:
    return numpy.zeros(size, dtype="u1")


def test_a_large_result_goes_to_its_file_piece_by_piece() -> None:
    made(10)
    tracemalloc.start()
    try:
        written = made(60 * MB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(written) == 60 * MB
    assert peak < 80 * MB  # the result itself, and a piece of its text


def test_a_large_result_is_read_without_copies_of_its_text(tmp_path: Path) -> None:
    store = ResultStore(result_storage=LocalFileSystem(basepath=str(tmp_path)))
    for key, size in (("small", 10), ("large", 60 * MB)):
        store.write(numpy.zeros(size, dtype="u1"), key=key)
    fresh = ResultStore(result_storage=LocalFileSystem(basepath=str(tmp_path)))
    fresh.read("small")  # what is imported and made once is not counted
    tracemalloc.start()
    try:
        read = fresh.read("large").result
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(read) == 60 * MB
    assert peak < 3.5 * 60 * MB  # the file, the pickle and the value


@pytest.mark.parametrize("retries", [0, 2])
def test_a_large_argument_is_hashed_once_and_not_copied(
    retries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, hashed, calls = cache_policies.digest, list[int](), list[int]()

    def counting(*values: Any) -> str:
        hashed.append(1)
        return digest(*values)

    @task(cache_policy=INPUTS, retries=retries)
    def use(values: Any) -> int:
        calls.append(1)
        if len(calls) <= retries:
            raise ValueError("again")
        return len(values)

    monkeypatch.setattr(cache_policies, "digest", counting)
    frame = pandas.DataFrame({"x": range(5 * MB)})
    use(frame.head(2))
    calls.clear()
    hashed.clear()
    tracemalloc.start()
    try:
        assert use(frame) == 5 * MB
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(hashed) == 1
    assert len(calls) == retries + 1
    assert peak < 10 * MB
