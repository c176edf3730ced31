"""The storage seam: what floors above may ask of a database, whichever it is.

What is recorded and queued is written in strict order, and a unit that is waited for finds all of it that was
handed over before. Neighbours in the queue share a transaction (group commit), and a failing job leaves its
neighbours alone. Units that are waited for may be carried out at the same time, each as if it were alone, so
long as it writes to the rows that its decision depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Protocol, TypeAlias, TypeVar

from prefect._base.records import LogLine, TaskTransition
from prefect._store.dialect import Dialect
from prefect._store.sql import AnyStatement, Statement

T = TypeVar("T")
Row: TypeAlias = dict[str, Any]
Record: TypeAlias = TaskTransition | LogLine


class Tx(Protocol):
    """One open transaction. Parameters are handed over by the names that the statement uses (``:name``)."""

    @property
    def dialect(self) -> Dialect: ...

    async def one(self, statement: AnyStatement, /, **params: Any) -> Row | None:
        """The first row, or None."""
        ...

    async def all(self, statement: AnyStatement, /, **params: Any) -> list[Row]: ...

    async def run(self, statement: AnyStatement, /, **params: Any) -> int:
        """Execute and tell how many rows changed."""
        ...

    async def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Execute once for each of `rows`."""
        ...


Work: TypeAlias = Callable[[Tx], Coroutine[Any, Any, T]]


class Store(Protocol):
    """One database, opened by one process.

    A unit of work talks to its `Tx` and to nothing else: it must not block, wait or have effects outside,
    since it may be run a second time when it could not be committed.
    """

    def write(self, work: Work[T], /) -> Future[T]:
        """Run `work` in the next group; the future is done when it is durable, and cannot be cancelled."""
        ...

    def enqueue(self, work: Work[None], /) -> None:
        """Run `work` soon, nobody waits for it; a failure is logged. Blocks only while the queue is full."""
        ...

    def record(self, item: Record, /) -> None:
        """Write a task transition or a line of log soon: the hot path.

        Blocks only while the queue is full.
        """
        ...

    def read(self, work: Work[T], /) -> T:
        """Run `work` on a snapshot of what is committed; the calling thread waits for it."""
        ...

    def fetch(self, work: Work[T], /) -> Future[T] | None:
        """Like `read`, for callers that must not wait for a network.

        None if there is none in between: `read` is quickest then.
        """
        ...

    def every(self, period_s: float, work: Work[None], /, when: Callable[[], bool] | None = None) -> None:
        """Run `work` in a write transaction each `period_s` seconds for as long as the store is open.

        With `when`, only if that is true at the time: nothing is locked for work that is not there.
        """
        ...

    def follow(self, wanted: Collection[str], after: int, timeout_s: float, /) -> Future[bool]:
        """A future: True when the log has an entry after number `after` with a wanted topic or subject.

        ``*`` among the wanted stands for any entry. It is False when there was none within `timeout_s`
        seconds. Commits of other processes count as well; who is ready to wait for 25 seconds or more may
        hear of those a fifth of a second later.
        """
        ...

    @property
    def pending(self) -> bool:
        """Whether something waits to be written."""
        ...

    def flush(self) -> Future[None]:
        """A future that is done when all that was handed over before is durable."""
        ...

    @property
    def path(self) -> Any:
        """Where the database is, as it may be told."""
        ...

    def close(self) -> None:
        """Write what is pending, then close. Idempotent."""
        ...
