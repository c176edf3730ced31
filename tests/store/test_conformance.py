"""What every store does, whichever database it is."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from prefect._base.errors import StoreClosed, StoreConstraint
from prefect._base.records import LogLine, TaskTransition
from prefect._store.sql import Queries
from prefect._store.store import Store, Tx, Work

sql = Queries(__file__)
DEADLINE_S = 20


def put(key: str, value: str = "1") -> Work[int]:
    async def work(tx: Tx) -> int:
        return await tx.run(sql.put, key=key, value=value)

    return work


def failing(key: str) -> Work[None]:
    async def work(tx: Tx) -> None:
        await tx.run(sql.put, key=key, value="half")
        raise LookupError(key)

    return work


def keys(store: Store) -> list[str]:
    async def work(tx: Tx) -> list[str]:
        return [row["key"] for row in await tx.all(sql["all"])]

    return store.read(work)


def rows(store: Store, statement: str, **params: Any) -> list[dict[str, Any]]:
    return store.read(lambda tx: tx.all(sql[statement], **params))


def test_a_write_is_there_when_its_future_is_done(store: Store) -> None:
    assert store.write(put("a")).result(DEADLINE_S) == 1
    assert keys(store) == ["a"]


def test_what_work_raises_comes_back_and_its_changes_do_not_stay(store: Store) -> None:
    with pytest.raises(LookupError):
        store.write(failing("a")).result(DEADLINE_S)
    assert keys(store) == []


def test_a_failing_job_leaves_its_neighbours_alone(store: Store) -> None:
    futures = [store.write(failing(f"{i}") if i % 3 == 1 else put(f"{i}")) for i in range(9)]
    failed = [isinstance(future.exception(DEADLINE_S), LookupError) for future in futures]
    assert failed == [i % 3 == 1 for i in range(9)]
    assert keys(store) == ["0", "2", "3", "5", "6", "8"]


def test_a_broken_rule_of_the_schema_is_an_error_of_its_own(store: Store) -> None:
    store.write(put("a")).result(DEADLINE_S)
    with pytest.raises(StoreConstraint):
        store.write(put("a")).result(DEADLINE_S)


def test_all_kinds_of_writing_keep_their_order(store: Store, line: Callable[..., LogLine]) -> None:
    seen: list[int] = []

    async def look(tx: Tx) -> None:
        seen.append(len(await tx.all(sql.messages)))

    for i in range(5):
        store.record(line(f"{i}"))
        store.enqueue(look)
    store.record(line("last"))
    store.flush().result(DEADLINE_S)
    assert seen == [1, 2, 3, 4, 5]
    assert [row["message"] for row in rows(store, "messages")] == ["0", "1", "2", "3", "4", "last"]


def test_a_write_sees_what_was_recorded_before(
    store: Store, transition: Callable[..., TaskTransition]
) -> None:
    item = transition("RUNNING")
    store.record(item)

    async def find(tx: Tx) -> Any:
        return await tx.one(sql.task_run, id=item.run.id)

    found = store.write(find).result(DEADLINE_S)
    assert found is not None
    assert found["state_type"] == "RUNNING"


def test_one_answers_none_when_there_is_nothing(store: Store) -> None:
    assert store.read(lambda tx: tx.one(sql.value, key="a")) is None


def test_many_executes_for_each_row(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.many(sql.put, [{"key": key, "value": "1"} for key in "cab"])

    store.write(work).result(DEADLINE_S)
    assert keys(store) == ["a", "b", "c"]


async def done(future: Future[Any]) -> None:
    """Wait for `future`, in work on a store that may have a loop or not."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        future.result(DEADLINE_S)
    else:
        await asyncio.wrap_future(future)


def test_a_read_sees_one_moment(store: Store) -> None:
    store.write(put("a")).result(DEADLINE_S)

    async def work(tx: Tx) -> tuple[int, int]:
        before = len(await tx.all(sql["all"]))
        await done(store.write(put("b")))
        return before, len(await tx.all(sql["all"]))

    assert store.read(work) == (1, 1)
    assert keys(store) == ["a", "b"]


def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"read.?only"):
        store.read(put("a"))
    assert keys(store) == []


def test_many_threads_write_and_read_at_once(store: Store) -> None:
    def work(name: str) -> None:
        for i in range(20):
            store.write(put(f"{name}{i}")).result(DEADLINE_S)
            assert f"{name}{i}" in keys(store)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdefghijklmnopqrst"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert len(keys(store)) == 400


def test_a_queued_write_that_fails_is_logged_and_left_out(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        store.enqueue(failing("a"))
        store.enqueue(lambda tx: _nothing(put("b")(tx)))
        store.flush().result(DEADLINE_S)
    assert keys(store) == ["b"]
    assert "LookupError" in caplog.text


async def _nothing(work: Any) -> None:
    await work


def test_a_write_cannot_be_cancelled(store: Store) -> None:
    future = store.write(put("a"))
    assert not future.cancel()
    assert future.result(DEADLINE_S) == 1


def test_repeated_work_is_carried_out_without_being_asked(store: Store) -> None:
    done = threading.Event()

    async def work(tx: Tx) -> None:
        await tx.all(sql["all"])
        done.set()

    store.every(0.001, work)
    store.write(put("a")).result(DEADLINE_S)
    assert done.wait(DEADLINE_S)


def test_repeated_work_that_is_not_there_is_left_out(store: Store) -> None:
    asked, done = threading.Semaphore(0), threading.Event()
    is_there = False

    def when() -> bool:
        asked.release()
        return is_there

    async def work(tx: Tx) -> None:
        assert is_there
        done.set()

    store.every(0.001, work, when=when)
    store.write(put("a")).result(DEADLINE_S)
    for _ in range(3):
        assert asked.acquire(timeout=DEADLINE_S)
    assert not done.is_set()
    is_there = True
    assert done.wait(DEADLINE_S)


def test_flush_of_an_idle_store_is_done_at_once(store: Store) -> None:
    assert store.flush().done()


def test_closing_writes_what_is_queued_and_ends_it(
    store: Store, line: Callable[..., LogLine], tmp_path: Path
) -> None:
    for i in range(100):
        store.record(line(f"{i}"))
    last = store.write(put("a"))
    store.close()
    store.close()
    assert last.result(0) == 1
    with pytest.raises(StoreClosed):
        store.write(put("b"))
    with pytest.raises(StoreClosed):
        store.record(line())
    with pytest.raises(StoreClosed):
        keys(store)


def test_transitions_make_run_history_and_log(
    store: Store, transition: Callable[..., TaskTransition]
) -> None:
    first = transition("PENDING", at_us=1)
    second = transition("RUNNING", at_us=2, run_id=first.run.id, run_count=1)
    third = transition("COMPLETED", at_us=3, run_id=first.run.id, run_count=1)
    for item in (first, second, third):
        store.record(item)
    store.flush().result(DEADLINE_S)
    (run,) = rows(store, "task_run", id=first.run.id)
    assert (run["state_type"], run["state_id"], run["run_count"]) == ("COMPLETED", third.state.id, 1)
    assert run["owner"] is None
    assert [row["type"] for row in rows(store, "state_types", id=first.run.id)] == [
        "PENDING",
        "RUNNING",
        "COMPLETED",
    ]
    topics = [(row["topic"], row["subject"]) for row in rows(store, "topics")]
    assert topics == [
        (f"prefect.task-run.{name}", first.run.id) for name in ("Pending", "Running", "Completed")
    ]


def test_an_older_transition_never_replaces_a_newer_one(
    store: Store, transition: Callable[..., TaskTransition]
) -> None:
    newer = transition("COMPLETED", at_us=9)
    store.record(newer)
    store.flush().result(DEADLINE_S)
    store.record(transition("RUNNING", at_us=5, run_id=newer.run.id))
    store.flush().result(DEADLINE_S)
    (run,) = rows(store, "task_run", id=newer.run.id)
    assert run["state_type"] == "COMPLETED"
    assert [row["type"] for row in rows(store, "state_types", id=newer.run.id)] == ["RUNNING", "COMPLETED"]


def test_a_live_task_run_names_its_owner(store: Store, transition: Callable[..., TaskTransition]) -> None:
    item = transition("RUNNING")
    store.record(item)
    store.flush().result(DEADLINE_S)
    (run,) = rows(store, "task_run", id=item.run.id)
    assert run["owner"].count(":") == 3


def test_recording_the_same_twice_changes_nothing(
    store: Store, transition: Callable[..., TaskTransition], line: Callable[..., LogLine]
) -> None:
    item, text = transition(), line()
    for _ in range(2):
        store.record(item)
        store.record(text)
        store.flush().result(DEADLINE_S)
    assert len(rows(store, "state_types", id=item.run.id)) == 1
    assert len(rows(store, "messages")) == 1


@pytest.mark.parametrize("number", [1, 2, 63, 64, 65, 127, 1000, 1500])
def test_batches_of_any_size_are_written_completely(
    store: Store, transition: Callable[..., TaskTransition], number: int
) -> None:
    for i in range(number):
        store.record(transition(at_us=i))
    store.flush().result(DEADLINE_S)
    assert rows(store, "task_runs") == [{"found": number}]


def test_a_line_that_is_no_unicode_is_kept_and_hurts_no_other(
    store: Store, line: Callable[..., LogLine]
) -> None:
    for text in ("before", "lone \ud800 surrogate", "nul \0 inside", "after"):
        store.record(line(text))
    store.flush().result(DEADLINE_S)
    kept = [row["message"] for row in rows(store, "messages")]
    # PostgreSQL keeps no NUL in a text
    nul = "\\x00" if "postgres" in str(store.path) else "\0"
    assert kept == ["before", "lone \\ud800 surrogate", f"nul {nul} inside", "after"]


def test_a_record_that_cannot_be_stored_is_reported_and_hurts_no_other(
    store: Store, line: Callable[..., LogLine], caplog: pytest.LogCaptureFixture
) -> None:
    store.record(line("before"))
    store.record(line("huge", at_us=2**70))
    store.record(line("after"))
    store.flush().result(DEADLINE_S)
    assert [row["message"] for row in rows(store, "messages")] == ["before", "after"]
    assert "could not be stored" in caplog.text
