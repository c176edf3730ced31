"""Transactions: what is kept, what is undone, in which order, also when something breaks half-way."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING, Ports
from prefect.exceptions import ConfigurationError
from prefect.locking.filesystem import FileSystemLockManager
from prefect.locking.memory import MemoryLockManager
from prefect.results import ResultStore
from prefect.transactions import (
    AsyncTransaction,
    CommitMode,
    IsolationLevel,
    Transaction,
    TransactionState,
    atransaction,
    get_transaction,
    transaction,
)

SERIALIZABLE = IsolationLevel.SERIALIZABLE
Scenario = Callable[["Story"], Awaitable[None]]


class Story:
    """A scenario that is told the blocking or the awaiting way; it writes down what happens."""

    def __init__(self, ports: Ports, root: Path) -> None:
        self.ports = ports
        self.kind: type[Any] = AsyncTransaction if ports.is_async else Transaction
        self.root = root
        self.log: list[str] = []

    def store(self, **more: Any) -> ResultStore:
        return ResultStore(self.root, cache_result_in_memory=False, serializer="json", **more)

    def hook(self, name: str, error: BaseException | None = None) -> Callable[[Any], Any]:
        """A hook that writes `name` down; every second one is async."""

        def tell(txn: Any) -> None:
            self.log.append(name)
            if error is not None:
                raise error

        async def tell_async(txn: Any) -> None:
            await asyncio.sleep(0)
            tell(txn)

        hook = tell if len(name) % 2 else tell_async
        hook.__name__ = name
        return hook

    async def run(
        self,
        name: str,
        body: Callable[[Any], Awaitable[None]] | None = None,
        raises: bool = False,
        **options: Any,
    ) -> Any:
        """Enter a transaction, stage its name, run `body` inside, leave it; an exception of the body is
        caught.
        """
        txn = self.kind(**options)
        await txn.enter()
        error: BaseException | None = None
        try:
            txn.stage(name, [self.hook(f"undo {name}")], [self.hook(f"keep {name}")])
            if body is not None:
                await body(txn)
            if raises:
                raise ArithmeticError(name)
        except ArithmeticError as caught:
            error = caught
        await txn.leave(error)
        return txn


@pytest.fixture(params=["blocking", "awaiting"])
def tell(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Scenario], Story]:
    def run(scenario: Scenario) -> Story:
        story = Story(BLOCKING if request.param == "blocking" else AWAITING, tmp_path)
        if request.param == "blocking":
            drive(scenario(story))  # type: ignore[arg-type]
        else:
            asyncio.run(scenario(story))  # type: ignore[arg-type]
        assert get_transaction() is None
        return story

    return run


Tell = Callable[[Scenario], Story]


# -- the order of things ------------------------------------------------------------------------------


def test_children_commit_with_the_outermost_in_order(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            for name in "ab":
                assert (await story.run(name)).is_staged()
            story.log.append("end of body")

        outer = await story.run("outer", children)
        assert outer.is_committed()
        assert all(child.is_committed() for child in outer.children)

    assert tell(scenario).log == ["end of body", "keep a", "keep b", "keep outer"]


def test_a_failure_undoes_everything_backwards(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            await story.run("a")
            await story.run("b")

        outer = await story.run("outer", children, raises=True)
        assert outer.is_rolled_back()
        assert all(child.is_rolled_back() for child in outer.children)

    assert tell(scenario).log == ["undo outer", "undo b", "undo a"]


def test_the_hooks_of_one_transaction_are_undone_backwards(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def more(txn: Any) -> None:
            txn.stage("again", [story.hook("undo second")], [story.hook("keep second")])

        await story.run("first", more, raises=True)

    assert tell(scenario).log == ["undo second", "undo first"]


def test_a_child_that_fails_takes_its_parents_with_it_even_if_it_is_caught(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def inner(txn: Any) -> None:
            await story.run("before")
            await story.run("failing", raises=True)
            story.log.append("goes on")

        async def outer(txn: Any) -> None:
            assert (await story.run("inner", inner)).is_rolled_back()

        assert (await story.run("outer", outer)).is_rolled_back()

    assert tell(scenario).log == ["undo failing", "undo inner", "undo before", "undo outer", "goes on"]


def test_an_eager_child_is_kept_whatever_happens_around_it(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            assert (await story.run("eager", commit_mode=CommitMode.EAGER)).is_committed()
            await story.run("lazy", commit_mode="LAZY")

        assert (await story.run("outer", children, raises=True)).is_rolled_back()

    assert tell(scenario).log == ["keep eager", "undo outer", "undo lazy"]


def test_with_commits_off_everything_is_undone(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            assert (await story.run("child")).commit_mode is CommitMode.OFF

        assert (await story.run("outer", children, commit_mode=CommitMode.OFF)).is_rolled_back()

    assert tell(scenario).log == ["undo outer", "undo child"]


def test_off_inside_of_a_lazy_one_follows_the_outermost(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            assert (await story.run("off", commit_mode="OFF")).is_staged()

        assert (await story.run("outer", children)).is_committed()

    assert tell(scenario).log == ["keep off", "keep outer"]


def test_a_finished_transaction_is_left_alone(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        txn = await story.run("done")
        story.log.clear()
        txn.stage("other", [story.hook("undo other")])
        assert not await txn._commit(story.ports)
        assert not await txn._rollback(story.ports)
        assert txn.is_committed()

    assert tell(scenario).log == []


def test_only_work_that_was_done_is_told_as_rolled_back(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        def told(txn: Any) -> None:
            story.log.append(f"told {txn._staged}")

        async def children(txn: Any) -> None:
            await story.run("good", on_rolled_back=told)
            failed = story.kind(on_rolled_back=told)
            await failed.enter()
            await failed.leave(ArithmeticError())

        await story.run("outer", children)

    assert tell(scenario).log == ["undo outer", "undo good", "told good"]


# -- values -------------------------------------------------------------------------------------------


def test_a_committed_value_is_found_the_next_time(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        store = story.store()
        first = await story.run("value", key="k", store=store)
        assert (await first.read_record()).result == "value"
        second = story.kind(key="k", store=store)
        await second.enter()
        assert second.is_committed()
        assert (await second.read_record()).result == "value"
        second.stage("ignored")
        await second.leave()
        again = await story.run("newer", key="k", store=store, overwrite=True)
        assert (await again.read_record()).result == "newer"

    assert tell(scenario).log == ["keep value", "keep newer"]


def test_a_key_is_kept_even_if_nothing_was_staged(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        txn = story.kind(key="k", store=story.store())
        await txn.enter()
        await txn.leave()
        assert story.store().exists("k") if not story.ports.is_async else await story.store().aexists("k")

    tell(scenario)


def test_nothing_is_written_where_it_is_not_wanted(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        await story.run("a", key="a", store=story.store(), write_on_commit=False)
        await story.run("b", key="b", store=story.store(), raises=True)
        await story.run("c", key="c", store=story.store(), commit_mode="OFF")
        assert not list(story.root.iterdir())

    assert tell(scenario).log == ["keep a", "undo b", "undo c"]


def test_a_record_is_written_as_it_is(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        store = story.store()
        record = await store.make_record(story.ports, [1], None, None)
        txn = story.kind(store=store)
        await txn.enter()
        txn.stage(record)
        await txn.leave()
        assert record.is_persisted
        assert len(list(story.root.iterdir())) == 1

    tell(scenario)


def test_children_of_work_that_was_committed_before_are_not_forgotten(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        store = story.store()
        await story.run("first", key="k", store=store)
        story.log.clear()
        for error in (None, ArithmeticError()):
            txn = story.kind(key="k", store=store)
            await txn.enter()
            await story.run("child")
            await txn.leave(error)

    assert tell(scenario).log == ["keep child", "undo child"]


def test_a_record_that_cannot_be_read_is_made_again(tell: Tell, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario(story: Story) -> None:
        (story.root / "k").write_text("not a record of any kind")
        txn = await story.run("value", key="k", store=story.store(), decode_on_begin=True)
        assert (await txn.read_record()).result == "value"

    assert tell(scenario).log == ["keep value"]
    assert "done again" in caplog.text


# -- when something breaks ----------------------------------------------------------------------------


class Breaking:
    """A storage that fails at the chosen call."""

    def __init__(self, root: Path, fails_at: str) -> None:
        self.inner = ResultStore(root).result_storage
        self.fails_at = fails_at

    def read_path(self, path: str) -> bytes:
        if self.fails_at == "read":
            raise ConnectionError("the storage is away")
        return self.inner.read_path(path)

    def write_path(self, path: str, content: bytes) -> None:
        if self.fails_at == "before write":
            raise ConnectionError("the storage is away")
        self.inner.write_path(path, content)
        if self.fails_at == "after write":
            raise ConnectionError("the storage is away")


@pytest.mark.parametrize("fails_at", ["serializing", "before write", "after write", "commit hook"])
def test_a_commit_that_breaks_is_undone_and_told_but_not_raised(
    tell: Tell, caplog: pytest.LogCaptureFixture, fails_at: str
) -> None:
    async def scenario(story: Story) -> None:
        store = ResultStore(
            Breaking(story.root, fails_at), serializer="json", lock_manager=MemoryLockManager()
        )
        value = threading.Lock() if fails_at == "serializing" else "value"

        async def children(txn: Any) -> None:
            child = story.kind(key="broken", store=store, isolation_level=SERIALIZABLE)
            await child.enter()
            hooks = [story.hook("hook", ArithmeticError())] if fails_at == "commit hook" else []
            child.stage(value, [story.hook("undo child")], hooks)
            await child.leave()
            await story.run("sibling")

        outer = await story.run("outer", children)
        assert [child.state for child in outer.children] == [
            TransactionState.ROLLED_BACK,
            TransactionState.COMMITTED,
        ]
        assert outer.is_committed()
        assert not store.is_locked("broken")

    log = tell(scenario).log
    assert [line for line in log if line != "hook"] == ["undo child", "keep sibling", "keep outer"]
    assert any(record.levelno >= logging.WARNING for record in caplog.records)


def test_storage_that_cannot_be_asked_counts_as_empty(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        store = ResultStore(Breaking(story.root, "read"), serializer="json", cache_result_in_memory=False)
        assert (await story.run("value", key="k", store=store)).is_committed()
        assert (await story.run("value", key="k", store=store)).is_committed()

    assert tell(scenario).log == ["keep value"] * 2


def test_a_rollback_hook_that_breaks_stops_its_transaction_only(
    tell: Tell, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            await story.run("a")

            async def broken(inner: Any) -> None:
                await story.run("inside")
                inner.stage("b", [story.hook("broken", ArithmeticError())])

            await story.run("b", broken)

        outer = await story.run("outer", children, raises=True)
        assert outer.is_rolled_back()
        assert all(child.is_rolled_back() for child in outer.children)
        assert not await outer._commit(story.ports)

    assert tell(scenario).log == ["undo outer", "broken", "undo a"]
    assert "not everything is undone" in caplog.text


def test_an_interruption_during_the_commit_undoes_and_goes_on(tell: Tell) -> None:
    async def scenario(story: Story) -> None:
        async def children(txn: Any) -> None:
            await story.run("done")

            async def stopped(inner: Any) -> None:
                inner.stage("x", [], [story.hook("halts", KeyboardInterrupt())])

            await story.run("stopped", stopped)
            await story.run("never")

        with pytest.raises(KeyboardInterrupt):
            await story.run("outer", children)

    # "halts" is a plain function, so that no event loop comes between
    log = tell(scenario).log
    assert log[:3] == ["keep done", "keep stopped", "halts"]
    assert log[3:] == ["undo stopped", "undo outer", "undo never"]


# -- isolation ----------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "files"])
def locks(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return MemoryLockManager() if request.param == "memory" else FileSystemLockManager(tmp_path / "locks")


def test_serializable_runs_do_the_work_once(locks: Any, tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results", lock_manager=locks)
    worked: list[int] = []
    started = threading.Barrier(6)

    def run(n: int) -> Any:
        started.wait()
        with transaction(key="shared", store=store, isolation_level=SERIALIZABLE) as txn:
            if not txn.is_committed():
                worked.append(n)
                txn.stage(n)
        return txn.read().result

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(run, range(6)))
    assert len(worked) == 1
    assert results == worked * 6
    assert not locks.is_locked("shared")


def test_serializable_coroutines_do_the_work_once(locks: Any, tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results", lock_manager=locks)
    worked: list[int] = []

    async def run(n: int) -> None:
        async with atransaction(key="shared", store=store, isolation_level=SERIALIZABLE) as txn:
            if not txn.is_committed():
                await asyncio.sleep(0)
                worked.append(n)
                txn.stage(n)

    async def all_of_them() -> None:
        await asyncio.gather(*(run(n) for n in range(6)))

    asyncio.run(all_of_them())
    assert len(worked) == 1
    assert not locks.is_locked("shared")


def test_the_lock_is_given_back_after_a_failure(locks: Any, tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results", lock_manager=locks)
    txn = Transaction(key="failing", store=store, isolation_level=SERIALIZABLE)
    with pytest.raises(ArithmeticError), txn:
        raise ArithmeticError(store.is_locked("failing"))
    assert not store.is_locked("failing")
    assert not store.exists("failing")


def test_isolation_needs_a_lock_manager(tmp_path: Path) -> None:
    for options in ({"key": "k", "store": ResultStore(tmp_path)}, {"key": "k"}, {}):
        with (
            pytest.raises(ConfigurationError, match="lock manager"),
            transaction(**options, isolation_level=SERIALIZABLE),
        ):
            raise AssertionError("must not begin")
    assert get_transaction() is None


# -- threads ------------------------------------------------------------------------------------------


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def in_context(pool: ThreadPoolExecutor, work: Callable[..., Any], *args: Any) -> Any:
    return pool.submit(contextvars.copy_context().run, work, *args)


def test_work_in_threads_joins_the_transaction_that_it_was_started_in(pool: ThreadPoolExecutor) -> None:
    undone: list[int] = []

    def work(n: int) -> None:
        with Transaction() as txn:
            txn.stage(n, [lambda txn, n=n: undone.append(n)])
            if n == 7:
                raise ArithmeticError

    with transaction() as outer:
        futures = [in_context(pool, work, n) for n in range(7)]
        for future in futures:
            future.result()
        in_context(pool, work, 7).exception()
        assert outer.is_rolled_back()
    assert sorted(undone) == list(range(8))


def test_work_that_ends_after_its_transaction_follows_it(pool: ThreadPoolExecutor) -> None:
    for fails in (False, True):
        log: list[str] = []
        entered, may_end = threading.Event(), threading.Event()

        def late(log: list[str] = log, entered: Any = entered, may_end: Any = may_end) -> None:
            with Transaction() as txn:
                txn.stage(1, [lambda txn: log.append("undo")], [lambda txn: log.append("keep")])
                entered.set()
                may_end.wait(30)

        try:
            with transaction():
                future = in_context(pool, late)
                entered.wait(30)
                if fails:
                    raise ArithmeticError
        except ArithmeticError:
            pass
        may_end.set()
        future.result()
        assert log == ["undo" if fails else "keep"]


def test_many_failures_at_once_undo_once(pool: ThreadPoolExecutor) -> None:
    undone: list[str] = []
    together = threading.Barrier(8)

    def fail() -> None:
        with Transaction():
            together.wait()
            raise ArithmeticError

    with transaction() as outer:
        outer.stage("outer", [lambda txn: undone.append("outer")])
        futures = [in_context(pool, fail) for _ in range(8)]
        for future in futures:
            assert isinstance(future.exception(), ArithmeticError)
    assert undone == ["outer"]


# -- the public face ----------------------------------------------------------------------------------


def test_notes_are_copied_and_seen_by_the_transactions_inside() -> None:
    with transaction() as outer:
        outer.set("list", [1])
        with transaction() as inner:
            inner.get("list").append(2)
            inner.set("own", 1)
            assert inner.get("list") == [1]
            assert inner.get_parent() is outer
            assert get_transaction() is inner
        assert outer.get("own", None) is None
        with pytest.raises(ValueError, match="Could not retrieve value for unknown key: own"):
            outer.get("own")


def test_the_default_store_is_used_for_a_key(home: Path) -> None:
    with transaction(key="once") as txn:
        assert not txn.is_committed()
        txn.stage({"a": 1})
    assert (home / "storage/once").exists()
    with transaction(key="once") as txn:
        assert txn.is_committed()
        assert txn.read().result == {"a": 1}
    with transaction() as txn:
        assert txn.store is None


def test_states_on_the_way() -> None:
    txn = Transaction()
    assert txn.is_pending()
    with txn:
        assert txn.is_active()
        txn.stage(1)
        assert txn.is_staged()
    assert txn.is_committed()
    assert (txn.commit(), txn.rollback()) == (False, False)


def test_a_body_can_roll_back_by_itself() -> None:
    undone: list[int] = []
    with transaction() as txn:
        txn.stage(1, [lambda txn: undone.append(1)])
        assert txn.rollback()
    assert txn.is_rolled_back()
    assert undone == [1]


def test_an_async_transaction_wants_async_with() -> None:
    with pytest.raises(NotImplementedError, match="async with"), AsyncTransaction():
        pass


def test_a_transaction_is_entered_once() -> None:
    txn = Transaction()
    with txn, pytest.raises(RuntimeError, match="entered already"):
        txn.__enter__()


def test_hooks_are_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def tidy_up(txn: Any) -> None: ...

    with caplog.at_level(logging.INFO), transaction() as txn:
        txn.stage(1, [], [tidy_up])
    assert "Running commit hook 'tidy_up'" in caplog.text
    assert "Commit hook 'tidy_up' finished running successfully" in caplog.text
