"""One transaction of SQLite behind the protocol `Tx`. Its coroutines never suspend."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect._store.dialect import SQLITE, Dialect
from prefect._store.sql import AnyStatement, Statement
from prefect._store.sqlite.errors import translate

Row = dict[str, Any]


# the last two are about values: integers of more than 64 bits, text that is no Unicode
_REFUSALS = (sqlite3.Error, OverflowError, UnicodeEncodeError)


class SqliteTx:
    """Statements on one connection; whoever made it begins and ends the transaction."""

    __slots__ = ("_connection", "_path")

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @property
    def dialect(self) -> Dialect:
        return SQLITE

    async def one(self, statement: AnyStatement, /, **params: Any) -> Row | None:
        cursor = self._execute(statement, params)
        try:
            row = cursor.fetchone()
            return None if row is None else dict(zip(_names(cursor), row, strict=True))
        except sqlite3.Error as error:
            raise translate(error, self._path) from error
        finally:
            cursor.close()

    async def all(self, statement: AnyStatement, /, **params: Any) -> list[Row]:
        cursor = self._execute(statement, params)
        try:
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise translate(error, self._path) from error
        names = _names(cursor)
        return [dict(zip(names, row, strict=True)) for row in rows]

    async def run(self, statement: AnyStatement, /, **params: Any) -> int:
        return self._execute(statement, params).rowcount

    async def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]], /) -> None:
        try:
            self._connection.executemany(statement.for_dialect("sqlite"), rows)
        except _REFUSALS as error:
            raise translate(error, self._path) from error

    def _execute(self, statement: AnyStatement, params: dict[str, Any]) -> sqlite3.Cursor:
        if isinstance(statement, Statement):
            text = statement.for_dialect("sqlite")
        else:
            text, params = statement.render(SQLITE, params)
        try:
            return self._connection.execute(text, params)
        except _REFUSALS as error:
            raise translate(error, self._path) from error


def _names(cursor: sqlite3.Cursor) -> list[str]:
    return [column[0] for column in cursor.description or ()]
