"""The embedded store itself: writer and readers of one file, closed at the end of the process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from prefect._base import lazy
from prefect._store import forks
from prefect._store.ending import at_exit, forget_exit
from prefect._store.sqlite import place
from prefect._store.sqlite.readers import Readers
from prefect._store.sqlite.writer import BOUND_ITEMS, Writer
from prefect._store.store import Record, Work

if TYPE_CHECKING:
    from prefect._store.sqlite.follower import Follower

follower: Any = lazy.module("prefect._store.sqlite.follower")

T = TypeVar("T")


class SqliteStore:
    """A `Store` in one SQLite file. Making one creates or updates the file, or raises `StoreError`.

    `synchronous` is SQLite's level: NORMAL survives the death of the process, FULL also that of the machine.
    """

    record: Callable[[Record], None]

    def __init__(self, path: Path | str, *, synchronous: str = "NORMAL", bound: int = BOUND_ITEMS) -> None:
        # absolute, but not resolved: a home may be a symbolic link that is moved on purpose
        self.path = Path(path).expanduser().absolute()
        place.prepare(self.path)
        self._writer = Writer(self.path, synchronous=synchronous, bound=bound, on_start=lambda: at_exit(self))
        self._readers = Readers(self.path)
        self._following: dict[str, Follower] = {}  # empty until somebody waits
        self._closed = False
        self.record = self._writer.put  # the hot path has no layer in between
        forks.watch(self)
        at_exit(self)

    def write(self, work: Work[T], /) -> Future[T]:
        return self._writer.submit(work)

    def enqueue(self, work: Work[None], /) -> None:
        self._writer.enqueue(work)

    def read(self, work: Work[T], /) -> T:
        return self._readers.read(work)

    def fetch(self, work: Work[T], /) -> None:
        """See `Store`: a read is over before another thread would have been woken."""
        return None

    def every(self, period_s: float, work: Work[None], /, when: Callable[[], bool] | None = None) -> None:
        self._writer.every(period_s, work, when)

    def follow(self, wanted: Collection[str], after: int, timeout_s: float) -> Future[bool]:
        following = self._following
        if not following:  # of two that are made at once one is kept; without a thread it costs nothing
            following.setdefault("log", follower.Follower(self.path))
            self._writer.on_commit = following["log"].notice
        return following["log"].follow(wanted, after, timeout_s)

    @property
    def pending(self) -> bool:
        return self._writer.pending

    def flush(self) -> Future[None]:
        if not self._writer.pending:
            done: Future[None] = Future()
            done.set_result(None)
            return done
        return self._writer.submit(None)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        forks.forget(self)
        forget_exit(self)
        self._writer.close()
        for following in self._following.values():
            following.close()
        self._readers.close()

    # -- around a fork, see `forks` ------------------------------------------------------------------------

    def before_fork(self) -> Any:
        self._writer.before_fork()
        for following in self._following.values():
            following.before_fork()
        return self._readers.before_fork()

    def after_fork_in_parent(self, held: Any) -> None:
        self._readers.after_fork_in_parent(held)
        for following in self._following.values():
            following.after_fork_in_parent()
        self._writer.after_fork_in_parent()

    def after_fork_in_child(self) -> None:
        self._readers.after_fork_in_child()
        for following in self._following.values():
            following.after_fork_in_child()
        self._writer.after_fork_in_child()


class TemporaryStore(SqliteStore):
    """A store in a file of its own that goes away with it: for tests and for what shall leave no trace."""

    def __init__(self, **options: Any) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="prefect-store-"))
        super().__init__(self._folder / "temporary.db", **options)

    def close(self) -> None:
        super().close()
        shutil.rmtree(self._folder, ignore_errors=True)
