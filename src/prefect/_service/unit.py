"""The unit of work: one transaction, together with who acts in it and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect._base import ids
from prefect._base.jsontext import dumps
from prefect._store.dialect import Dialect
from prefect._store.sql import AnyStatement, Queries, Statement
from prefect._store.store import Row, Tx

sql = Queries(__file__, "outbox.sql")


class Unit:
    """What a service function works with.

    All it writes is committed together or not at all. `now_us` is the time of the whole unit. `owner` is the
    process that acts and `attempt` the claim under which it does; None where a client does not say.
    """

    __slots__ = ("_tx", "attempt", "now_us", "owner", "status")

    def __init__(self, tx: Tx, now_us: int, owner: str | None = None, attempt: int | None = None) -> None:
        self._tx = tx
        self.now_us = now_us
        self.owner = owner
        self.attempt = attempt
        # set by an operation that succeeds with another HTTP status than the declared one
        self.status: int | None = None

    @property
    def dialect(self) -> Dialect:
        """Of the store's database."""
        return self._tx.dialect

    async def one(self, statement: AnyStatement, /, **params: Any) -> Row | None:
        """The first row, or None."""
        return await self._tx.one(statement, **params)

    async def all(self, statement: AnyStatement, /, **params: Any) -> list[Row]:
        return await self._tx.all(statement, **params)

    async def run(self, statement: AnyStatement, /, **params: Any) -> int:
        """Execute and tell how many rows changed."""
        return await self._tx.run(statement, **params)

    async def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Execute once for each of `rows`."""
        await self._tx.many(statement, rows)

    def acting(self, owner: str | None, attempt: int | None = None) -> Unit:
        """The same transaction and time, for another who acts."""
        return Unit(self._tx, self.now_us, owner, attempt)

    def new_id(self) -> str:
        """A new id; ids sort in the order of their making."""
        return ids.new_id()

    async def emit(self, topic: str, subject: str, body: Mapping[str, Any] | None = None) -> None:
        """Add to the log of what happened.

        `topic` says what (``prefect.variable.created``), `subject` is the id of the thing it happened to,
        `body` holds what cannot be read from that thing later.
        """
        await self._tx.run(
            sql.outbox_insert,
            at_us=self.now_us,
            topic=topic,
            subject=subject,
            body=None if body is None else dumps(body),
        )
