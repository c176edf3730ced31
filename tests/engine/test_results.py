"""Results that are kept: caching, expiry, what is written and what is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, task
from prefect.cache_policies import INPUTS, NO_CACHE
from prefect.settings import active
from prefect.states import Failed
from prefect.tasks import task_input_hash
from prefect.transactions import transaction


def stored() -> list[Path]:
    root = Path(active()["results.local_storage_path"])
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def test_nothing_is_written_by_default() -> None:
    calls: list[int] = []

    @task
    def double(x: int) -> int:
        calls.append(x)
        return x * 2

    @flow
    def twice() -> int:
        return double(1) + double(1)

    assert twice() == 4
    assert calls == [1, 1]
    assert stored() == []


def test_equal_inputs_are_taken_from_the_cache_across_runs(history: Any) -> None:
    calls: list[int] = []

    @task(cache_policy=INPUTS)
    def double(x: int) -> int:
        calls.append(x)
        return x * 2

    @flow
    def once() -> tuple[int, int, str]:
        return double(4), double(x=4), double(4, return_state=True).name

    assert once() == (8, 8, "Cached")
    assert once()[0] == 8
    assert calls == [4]
    names = [run["state_name"] for run in history.task_runs()]
    assert names == ["Completed", "Cached", "Cached", "Cached", "Cached", "Cached"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in stored())


def test_task_input_hash_and_expiration() -> None:
    calls: list[int] = []

    @task(cache_key_fn=task_input_hash, cache_expiration=timedelta(seconds=-1))
    def expired(x: int) -> int:
        calls.append(x)
        return x

    @task(cache_key_fn=task_input_hash, cache_expiration=timedelta(hours=1))
    def fresh(x: int) -> int:
        calls.append(-x)
        return x

    expired(1), expired(1), fresh(2), fresh(2)
    assert calls == [1, 1, -2]


def test_different_tasks_with_equal_inputs_do_not_share_results() -> None:
    @task(cache_policy=INPUTS)
    def plus(x: int) -> int:
        return x + 1

    @task(cache_policy=INPUTS)
    def minus(x: int) -> int:
        return x - 1

    assert (plus(1), minus(1)) == (2, 0)


def test_a_returned_failure_is_not_cached() -> None:
    calls: list[int] = []

    @task(cache_policy=INPUTS)
    def refuses(x: int) -> Any:
        calls.append(x)
        return Failed(message="no")

    for _ in range(2):
        assert refuses(1, return_state=True).is_failed()
    assert calls == [1, 1]
    assert stored() == []


def test_results_are_written_without_a_cache_policy_too() -> None:
    @task(persist_result=True, cache_policy=NO_CACHE)
    def make() -> str:
        return "kept"

    state = make(return_state=True)
    assert len(stored()) == 1
    assert state.data.metadata.storage_key == str(stored()[0])


def test_a_storage_key_is_filled_and_found_again() -> None:
    calls: list[int] = []

    @task(result_storage_key="sk-{parameters[x]}.json", result_serializer="json")
    def make(x: int) -> int:
        calls.append(x)
        return x

    assert make(1) == make(1) == 1
    assert calls == [1]
    assert [path.name for path in stored()] == ["sk-1.json"]


def test_a_key_that_cannot_be_computed_costs_the_cache_only(history: Any) -> None:
    def broken(context: Any, parameters: dict[str, Any]) -> str:
        raise RuntimeError("no key")

    @task(cache_key_fn=broken)
    def make() -> int:
        return 1

    assert make() == 1
    assert stored() == []
    assert any("cache key of task 'make'" in message for message in history.messages())


def test_a_result_that_cannot_be_written_leaves_the_run_completed(history: Any) -> None:
    @task(persist_result=True)
    def lock() -> Any:
        import threading

        return threading.Lock()

    assert lock() is not None
    assert history.task_runs()[0]["state_name"] == "Completed"
    assert stored() == []


def test_a_flow_retry_skips_what_was_kept() -> None:
    done: list[str] = []

    @task(persist_result=True)
    def costly() -> int:
        done.append("costly")
        return 1

    @task
    def breaks_once() -> None:
        done.append("breaks")
        if done.count("breaks") == 1:
            raise OSError("first time")

    @flow(retries=1)
    def pipeline() -> int:
        value = costly()
        breaks_once()
        return value

    assert pipeline() == 1
    assert done == ["costly", "breaks", "breaks"]


def test_refresh_runs_again_and_overwrites() -> None:
    values = iter([1, 2, 3])

    @task(cache_policy=INPUTS)
    def make(x: int) -> int:
        return next(values)

    assert make(0) == 1
    assert make.with_options(refresh_cache=True)(0) == 2
    assert make(0) == 2


def test_a_transaction_rolls_its_tasks_back(history: Any) -> None:
    log: list[str] = []

    @task
    def write(name: str) -> None:
        log.append(f"write {name}")

    @write.on_rollback
    def unwrite(txn: Any) -> None:
        log.append("undo")

    @task
    def fails() -> None:
        raise ValueError("third")

    @flow
    def pipeline() -> None:
        with transaction():
            write("a")
            write("b")
            fails()

    with pytest.raises(ValueError, match="third"):
        pipeline()
    assert log == ["write a", "write b", "undo", "undo"]
    assert sorted(run["state_name"] for run in history.task_runs()) == ["Failed", "RolledBack", "RolledBack"]


def test_settings_turn_caching_off_and_persisting_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.settings import temporary_settings

    with temporary_settings({"results.persist_by_default": True}):

        @task
        def kept() -> int:
            return 1

        kept()
        assert len(stored()) == 1
    with temporary_settings({"tasks.disable_caching": True}):
        calls: list[int] = []

        @task(cache_policy=INPUTS)
        def uncached(x: int) -> None:
            calls.append(x)

        uncached(1), uncached(1)
        assert calls == [1, 1]


def test_data_of_a_failed_state_that_is_no_exception_is_refused() -> None:
    with pytest.raises(TypeError, match=r"not int: 3.*too few rows"):
        Failed(data=3, message="too few rows").result()
