"""Results that are locked or gone, storages that break, futures in a circle, runners that end too soon."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect import flow, get_client, task
from prefect.cache_policies import INPUTS
from prefect.exceptions import MappingLengthMismatch, MissingResult
from prefect.filesystems import LocalFileSystem
from prefect.locking.memory import MemoryLockManager
from prefect.results import ResultStore
from prefect.settings import active
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.testing.utilities import prefect_test_harness


@pytest.fixture(autouse=True)
def harness() -> Iterator[None]:
    with prefect_test_harness():
        yield


def last_run() -> Any:
    with get_client(sync_client=True) as client:
        return client.read_flow_runs()[0]


# ------------------------------------------------------------------ what a cache key is made of


def test_an_argument_without_a_key_is_named_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    @task(cache_policy=INPUTS)
    def use(number: int, handle: Any) -> int:
        return number

    @flow
    def around() -> int:
        with open(os.devnull) as handle:
            return use(1, handle) + use(1, handle)

    assert around() == 2
    told = "\n".join(str(record.exc_info[1]) for record in caplog.records if record.exc_info)
    assert "`handle`" in told
    assert "cache_policy" in told
    assert "neither taken from the cache nor kept" in caplog.text


def test_a_key_function_that_raises_means_no_cache(caplog: pytest.LogCaptureFixture) -> None:
    def key(context: Any, parameters: dict[str, Any]) -> str:
        raise KeyError("no such thing")

    @task(cache_key_fn=key)
    def use(number: int) -> int:
        return number

    @flow
    def around() -> int:
        return use(1) + use(1)

    assert around() == 2
    assert "no such thing" in caplog.text
    assert "could not be computed" in caplog.text


# ------------------------------------------------------------------ results that are locked or gone


def test_a_result_that_vanished_is_told_as_such() -> None:
    @flow(persist_result=True)
    def kept() -> int:
        return 42

    kept()
    state = last_run().state
    for file in Path(active()["results.local_storage_path"]).iterdir():
        file.unlink()
    with pytest.raises((ValueError, MissingResult), match="no file at"):
        state.result(retry_result_failure=False)


def test_a_vanished_result_of_a_task_is_made_again() -> None:
    calls: list[int] = []

    @task(cache_policy=INPUTS, cache_result_in_memory=False)
    def use(number: int) -> int:
        calls.append(number)
        return number

    use(1)
    for file in Path(active()["results.local_storage_path"]).iterdir():
        file.unlink()
    assert use(1) == 1
    assert calls == [1, 1]


def test_a_result_that_somebody_else_locks_is_not_written() -> None:
    store = ResultStore(lock_manager=MemoryLockManager())
    store.acquire_lock("key", "somebody")
    with pytest.raises(RuntimeError, match="'key' is locked by another holder"):
        store.write(1, "key", holder="me")
    store.release_lock("key", "somebody")
    store.write(1, "key", holder="me")


# ------------------------------------------------------------------ storages that break


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_write_that_breaks_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    storage = LocalFileSystem(basepath=str(tmp_path))
    storage.write_path("result", b"old")

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        if step == "fsync":
            patch.setattr(os, "fsync", broken)
        elif step == "rename":
            patch.setattr(os, "replace", broken)
        else:
            patch.setattr(Path, "open", broken)
        with pytest.raises(OSError, match="No space"):
            storage.write_path("result", b"new and longer")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("result", b"old")]


def test_a_storage_that_breaks_costs_no_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Breaking(LocalFileSystem):
        _block_type_slug = "breaking"

        def write_path(self, path: str, content: bytes) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            raise ConnectionError("the bucket is away")

    storage = Breaking(basepath=str(tmp_path))
    storage.save("away")

    @task(result_storage=storage)
    def use() -> int:
        return 1

    @flow(result_storage=storage)
    def around() -> int:
        return use()

    assert around() == 1
    assert last_run().state.is_completed()
    assert "the bucket is away" in caplog.text
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ futures, maps, runners, hooks


def test_a_structure_that_holds_itself_is_not_looked_into_for_ever() -> None:
    @task
    def use(x: Any) -> Any:
        return x

    @flow
    def around() -> None:
        later: list[Any] = [use.submit(1)]
        later.append(later)
        assert use.submit(later).result()[0] == 1

    assert around(return_state=True).is_completed()


@pytest.mark.parametrize("links", [1, 2, 3])
@pytest.mark.parametrize("is_async", [False, True])
def test_a_future_cannot_wait_for_itself(links: int, is_async: bool) -> None:
    gate = threading.Event()

    @task
    def opens() -> None:
        gate.wait(20)

    @task
    def use(x: Any, first: Any) -> Any:
        return x

    @task
    async def ause(x: Any, first: Any) -> Any:
        return x

    @flow
    def around() -> None:
        first = opens.submit()
        given: list[list[Any]] = [[] for _ in range(links)]
        futures = [(ause if is_async else use).submit(each, first) for each in given]
        for i, each in enumerate(given):
            each.append(futures[(i + 1) % links])
        gate.set()
        for future in futures:
            future.wait(20)
        names = sorted(future.state.name for future in futures)
        assert names == ["Failed"] + ["NotReady"] * (links - 1)
        (refused,) = [future for future in futures if future.state.is_failed()]
        with pytest.raises(ValueError, match="cannot wait for its own future"):
            refused.result()

    assert around(return_state=True).is_completed()


def test_maps_over_unequal_lengths_name_the_lengths() -> None:
    @task
    def pair(a: int, b: int) -> int:
        return a + b

    @flow
    def around() -> None:
        pair.map([1, 2], [1, 2, 3])

    with pytest.raises(MappingLengthMismatch, match=r"'a': 2.*'b': 3"):
        around()


def test_a_task_runner_that_was_closed_takes_nothing() -> None:
    @task
    def use() -> int:
        return 1

    runner = ThreadPoolTaskRunner()
    with pytest.raises(RuntimeError, match="not started"):
        runner.submit(use, {})

    @flow
    def around() -> int:
        from prefect.context import FlowRunContext

        context = FlowRunContext.get()
        assert context is not None
        future = use.submit()
        future.wait()
        context.task_runner.__exit__(None, None, None)
        try:
            use.submit()
        finally:
            context.task_runner.__enter__()
        return 1

    with pytest.raises(RuntimeError, match="not started"):
        around()
    assert last_run().state.is_failed()


@pytest.mark.parametrize("hook", ["on_completion", "on_running"])
def test_hooks_that_raise_are_logged_and_change_nothing(hook: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def broken(*args: Any) -> None:
        raise LookupError("no channel")

    def after(*args: Any) -> None:
        seen.append("called")

    @flow(**{hook: [broken, after]})
    def around() -> int:
        return task(lambda: 1, name="t", **{hook: [broken, after]})()

    assert around() == 1
    assert last_run().state.is_completed()
    assert seen == ["called", "called"]
    assert "no channel" in caplog.text
