"""Where the results of a flow run came from, so that handing one on is seen as a dependency."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from prefect._base.shapes import type_of

SCALARS = frozenset({int, str, float, bool, type(None), bytes, complex})
_LINKED_AT_MOST = 10_000  # results of a flow run that are remembered; the oldest are forgotten first
LOOK_INTO_AT_MOST = 200  # elements of a collection that are looked up; larger ones only as a whole


class Links:
    """Which run each of the latest results of a flow run came from, found again by identity.

    A remembered object is kept alive, so that no other can take its identity.
    """

    __slots__ = ("_by_identity", "_lock", "_order")

    def __init__(self) -> None:
        self._by_identity: dict[int, tuple[str, Any]] = {}
        self._order: deque[int] = deque()
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._by_identity)

    def of(self, value: Any) -> str | None:
        """The id of the task run that `value` came from."""
        found = self._by_identity.get(id(value))
        return None if found is None else found[0]

    def remember(self, value: Any, task_run_id: str) -> None:
        """Note that `value`, and what a short list or tuple of that kind holds, came from a run."""
        kind = type_of(value)
        if kind is bool or value is None or value is Ellipsis or (kind is int and -5 <= value <= 256):
            return
        with self._lock:
            self._add(value, task_run_id)
            if kind in (list, tuple) and len(value) <= LOOK_INTO_AT_MOST:
                for element in value:
                    if type(element) not in SCALARS and id(element) not in self._by_identity:
                        self._add(element, task_run_id)

    def _add(self, value: Any, task_run_id: str) -> None:
        key = id(value)
        if key not in self._by_identity:
            self._order.append(key)
            if len(self._order) > _LINKED_AT_MOST:
                del self._by_identity[self._order.popleft()]
        self._by_identity[key] = (task_run_id, value)


NO_LINKS = Links()
