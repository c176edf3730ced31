"""Which runs of a pool may start: by the priority of their queues, as far as slots are free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prefect._base.errors import NotFound
from prefect._service.claims.statements import sql
from prefect._service.unit import Unit
from prefect._store.sql import Statement
from prefect._store.store import Row

# what one queue gives at once, and one pool
MOST = 1_000
FOREVER_US = 2**62


@dataclass(slots=True)
class Found:
    """The rows, and the queues that were asked.

    `next_due_us` is when it is worth asking again (None: not before something happens), `is_full` says that
    runs wait for slots.
    """

    rows: list[Row] = field(default_factory=list[Row])
    queues: list[Row] = field(default_factory=list[Row])
    next_due_us: int | None = None
    is_full: bool = False


async def in_pool(
    unit: Unit,
    pool: Mapping[str, Any],
    statement: Statement,
    *,
    limit: int,
    before_us: int,
    after_us: int = 0,
    queue_names: Sequence[str] | None = None,
    strict: bool = False,
) -> Found:
    """The rows that `statement` gives for the queues of a pool, `limit` at most.

    Queues go strictly by priority; one that is full or paused stands in nobody's way. A name that no queue
    has is left out, or raises `NotFound` where that is `strict`.
    """
    queues = await unit.all(sql.queues_to_serve, work_pool_id=pool["id"])
    asked = _asked(pool, queues, queue_names, strict)
    found = Found(queues=asked)
    if pool["is_paused"]:
        return found
    room = min(limit, _free(pool["concurrency_limit"], sum(queue["active_slots"] for queue in queues)))
    for queue in asked:
        due_us = queue["first_due_us"]
        if queue["is_paused"] or due_us is None:
            continue
        if due_us > before_us:
            found.next_due_us = due_us if found.next_due_us is None else min(due_us, found.next_due_us)
            continue
        free = min(room - len(found.rows), _free(queue["concurrency_limit"], queue["active_slots"]))
        if free <= 0:
            found.is_full = True
            continue
        found.rows += await unit.all(
            statement, work_queue_id=queue["id"], before_us=before_us, after_us=after_us, limit=free
        )
    return found


def _asked(
    pool: Mapping[str, Any], queues: list[Row], names: Sequence[str] | None, strict: bool
) -> list[Row]:
    if not names:
        return queues
    known = {queue["name"] for queue in queues}
    unknown = [name for name in names if name not in known]
    if unknown and strict:
        raise NotFound(f"Work queue {unknown[0]!r} of the work pool {pool['name']!r}")
    return [queue for queue in queues if queue["name"] in names]


def _free(limit: int | None, taken: int) -> int:
    return MOST if limit is None else max(0, min(MOST, limit - taken))
