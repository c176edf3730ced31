"""One transaction of PostgreSQL behind the protocol `Tx`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prefect._store.dialect import POSTGRES, Dialect
from prefect._store.postgres.errors import translate
from prefect._store.postgres.text import Compiled, compiled
from prefect._store.sql import AnyStatement, Statement

Row = dict[str, Any]


class PostgresTx:
    """Statements on one connection; whoever made it begins and ends the transaction."""

    __slots__ = ("_connection", "_shown", "failure", "tells")

    def __init__(self, connection: Any, shown: str) -> None:
        self._connection = connection
        self._shown = shown
        # the first error of a statement: the transaction can only be rolled back then, whatever becomes of it
        self.failure: BaseException | None = None
        # whether anything was entered into the log of what happened
        self.tells = False

    @property
    def dialect(self) -> Dialect:
        return POSTGRES

    async def one(self, statement: AnyStatement, /, **params: Any) -> Row | None:
        text, values = self._prepared(statement, params)
        try:
            row = await self._connection.fetchrow(text, *values)
        except Exception as error:
            raise self._failed(error) from error
        return None if row is None else dict(row)

    async def all(self, statement: AnyStatement, /, **params: Any) -> list[Row]:
        text, values = self._prepared(statement, params)
        try:
            rows = await self._connection.fetch(text, *values)
        except Exception as error:
            raise self._failed(error) from error
        return [dict(row) for row in rows]

    async def run(self, statement: AnyStatement, /, **params: Any) -> int:
        text, values = self._prepared(statement, params)
        try:
            status: str = await self._connection.execute(text, *values)
        except Exception as error:
            raise self._failed(error) from error
        return _changed(status)

    async def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        found = compiled(statement.for_dialect("postgres"))
        self.tells |= found.tells
        try:
            await self._connection.executemany(found.text, [_values(found, row) for row in rows])
        except Exception as error:
            raise self._failed(error) from error

    def _prepared(self, statement: AnyStatement, params: dict[str, Any]) -> tuple[str, list[Any]]:
        if isinstance(statement, Statement):
            text = statement.for_dialect("postgres")
        else:
            text, params = statement.render(POSTGRES, params)
        found = compiled(text)
        self.tells |= found.tells
        return found.text, _values(found, params)

    def _failed(self, error: Exception) -> Exception:
        if self.failure is None:
            self.failure = error
        return translate(error, self._shown)


def _values(found: Compiled, params: Mapping[str, Any]) -> list[Any]:
    return [storable(params[name]) for name in found.names]


def storable(value: Any) -> Any:
    """PostgreSQL keeps neither lone surrogates nor NUL in a text; they are spelled out."""
    if isinstance(value, str) and not (value.isascii() and "\0" not in value):
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return value


def _changed(status: str) -> int:
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
