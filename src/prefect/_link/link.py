"""What the SDK asks of whatever stands on the other side: the store in this process, or a server."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol, TypeAlias

from prefect._base.records import LogLine, TaskTransition
from prefect._wire.operation import Operation

Record: TypeAlias = TaskTransition | LogLine


class Link(Protocol):
    """The way to the operations. Whether `call` blocks or awaits is decided by how the link was chosen."""

    flow_ids: dict[str, str]
    """Flows by name that were met here before; one of them may have been deleted since."""

    async def call(self, operation: Operation, /, **args: Any) -> Any:
        """Carry out an operation and return its JSON-shaped answer, durable when it is there.

        `args` are the names of its path and of its query, and ``body``. Raises
        :class:`prefect._base.errors.OperationError` when it is refused.
        """
        ...

    def record(self, item: Record, /) -> None:
        """Hand over a task transition or a line of log without waiting; it is written soon and in order."""
        ...

    async def flush(self) -> None:
        """Return when all that was handed over before is durable."""
        ...

    async def position(self) -> int:
        """Up to where the log of what happened goes, for `follow`."""
        ...

    async def follow(self, wanted: Collection[str], after: int, timeout_s: float, /) -> bool:
        """Wait until something happens; `wanted` are topics of the log, or ids of what they are about.

        True when there is such an entry after number `after`. False after `timeout_s` seconds, or sooner
        where the log cannot be followed: look for yourself, and wait again.
        """
        ...
