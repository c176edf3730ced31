"""The records that were read or written last, in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any


class RecentRecords:
    """At most `maxsize` records by key; the one that was used longest ago goes first. Safe to share by
    threads.
    """

    __slots__ = ("_lock", "_records", "maxsize")

    def __init__(self, maxsize: int = 1000) -> None:
        self.maxsize = maxsize
        self._records: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """The record of `key`, or None."""
        with self._lock:
            record = self._records.get(key)
            if record is not None:
                self._records.move_to_end(key)
            return record

    def put(self, key: str, record: Any) -> None:
        with self._lock:
            self._records[key] = record
            self._records.move_to_end(key)
            while len(self._records) > self.maxsize:
                self._records.popitem(last=False)

    def drop(self, key: str) -> None:
        with self._lock:
            self._records.pop(key, None)

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __reduce__(self) -> tuple[Any, ...]:
        return RecentRecords, (self.maxsize,)  # a copy, here or in another process, begins empty
