"""Records that a server has not acknowledged: in memory at first, on disk when it takes long."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Generic, TypeVar

from prefect._base import jsontext
from prefect._link.journal import limits
from prefect._link.journal.spool import Spool

R = TypeVar("R")

logger = logging.getLogger("prefect.link")

# stands for a record that cannot be told: it is counted like any other, and never sent
NOTHING = b"null"


class Backlog(Generic[R]):
    """A queue of records that are told as JSON texts in strict order, each once. For any number of threads.

    From the oldest to the newest: the batch under way, the rest of what is on disk, texts for which there was
    no room on disk, and records that were not told yet. Records are counted: those up to number
    `acknowledged` are with the server, those up to `kept` there or on disk.
    """

    def __init__(self, told: Callable[[R], Any], spool: Spool | None) -> None:
        self._told = told
        self._spool = spool
        self.changed = threading.Condition()
        self._order = threading.Lock()  # held while records leave the queue, so that they are told in order
        self._under_way: list[bytes] = []
        self._is_on_disk = False  # the batch under way is the head of what is on disk
        self._texts: deque[bytes] = deque()
        self._queue: deque[R] = deque()
        self.handed = self.kept = self.acknowledged = 0
        self.oldest_s: float | None = None
        """Since when something is neither acknowledged nor on disk, by the monotonic clock."""

    def put(self, item: R) -> int:
        """Add a record; how many there are in memory. To be called with `changed` held."""
        self._queue.append(item)
        self.handed += 1
        if self.oldest_s is None:
            self.oldest_s = monotonic()
        return len(self._queue)

    @property
    def in_memory(self) -> int:
        return len(self._queue) + len(self._texts)

    def take(self, most: int) -> list[bytes]:
        """The next batch; the same one again until it is acknowledged."""
        with self._order:
            if not self._under_way:
                self._under_way = self._from_disk(most) or self._from_memory(most)
            return self._under_way

    def _from_disk(self, most: int) -> list[bytes]:
        found = [] if self._spool is None or self._spool.is_empty else self._spool.peek(most)
        self._is_on_disk = bool(found)
        return found

    def _from_memory(self, most: int) -> list[bytes]:
        with self.changed:
            texts = [self._texts.popleft() for _ in range(min(most, len(self._texts)))]
            rest = min(most - len(texts), len(self._queue))
            items = [self._queue.popleft() for _ in range(rest)]
            self.changed.notify_all()
        return [*texts, *self._tell(items)]

    def _tell(self, items: Iterable[R]) -> list[bytes]:
        texts: list[bytes] = []
        for item in items:
            try:
                texts.append(jsontext.encoded(self._told(item)))
            except Exception as error:  # noqa: BLE001 - one record must not stop those behind it
                logger.error("A record cannot be told as JSON and is left out: %s: %r", error, item)
                texts.append(NOTHING)
        return texts

    def acknowledge(self) -> None:
        """The server has the batch that was taken."""
        with self._order:
            batch, self._under_way = self._under_way, []
            if self._is_on_disk and self._spool is not None and batch:
                self._spool.delivered(batch)
            with self.changed:
                self.acknowledged += len(batch)
                self.kept = max(self.kept, self.acknowledged)
                self.oldest_s = monotonic() if self.kept < self.handed else None
                self.changed.notify_all()

    def keep(self) -> bool:
        """Write to disk what is only in memory; whether all of it is there. Raises `OSError`."""
        spool = self._spool
        if spool is None or spool.bytes >= limits.MOST_BYTES:
            return False
        with self._order:
            with self.changed:
                items, self._queue = self._queue, deque()
            self._texts.extend(self._tell(items))
            begun = [] if self._is_on_disk else self._under_way
            if begun or self._texts:
                spool.append([*begun, *self._texts])
            self._is_on_disk = self._is_on_disk or bool(begun)
            with self.changed:
                self.kept += len(begun) + len(self._texts)
                self._texts.clear()
                self.oldest_s = monotonic() if self._queue else None
                self.changed.notify_all()
        return True

    def adopt(self) -> int:
        """Count what another process left on disk as handed over to this one; tells how much that is."""
        left = 0 if self._spool is None else self._spool.count()
        with self.changed:
            self.handed, self.kept = self.handed + left, self.kept + left
        return left
