"""Writing batches of recorded items with few statements.

Each statement that SQLite executes hands the interpreter lock over and back, so many rows go into one: rows
are cut into chunks of a few fixed sizes, whose statements stay prepared.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from prefect._base import clock
from prefect._base.records import LogLine, TaskRunRow
from prefect._store.recording import STATE_COPY, Batch
from prefect._store.sqlite.errors import primary_code
from prefect._store.store import Record

logger = logging.getLogger("prefect.store")

_Row = tuple[Any, ...]
_CHUNKS = (64, 32, 16, 8, 4, 2, 1)


class _Insert:
    """An INSERT into one table, for any number of rows."""

    def __init__(self, table: str, columns: Sequence[str], on_conflict: str = "") -> None:
        self.table = table
        row = f"({', '.join('?' * len(columns))})"
        head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        self._texts = {size: f"{head}{', '.join([row] * size)} {on_conflict}" for size in _CHUNKS}

    def write(self, connection: sqlite3.Connection, rows: Sequence[_Row]) -> None:
        """Write `rows`; one that the database cannot take is reported and left out."""
        for chunk in _chunks(rows):
            try:
                connection.execute(self._texts[len(chunk)], [value for row in chunk for value in row])
            except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
                if not _is_about_values(error):
                    raise
                for row in chunk:
                    self._write_alone(connection, row)

    def _write_alone(self, connection: sqlite3.Connection, row: _Row) -> None:
        try:
            connection.execute(self._texts[1], [_storable(value) for value in row])
        except (sqlite3.Error, OverflowError) as error:
            if not _is_about_values(error):
                raise
            logger.error("A row of %s could not be stored: %s. The row: %r", self.table, error, row)


def _task_run_insert() -> _Insert:
    columns = (*TaskRunRow._fields, "updated_us", *STATE_COPY, "owner")
    newest = "WHERE task_run.state_at_us IS NULL OR excluded.state_at_us >= task_run.state_at_us"
    sets = ", ".join(f"{column} = excluded.{column}" for column in columns)
    return _Insert(
        "task_run",
        columns,
        f"ON CONFLICT (id) DO UPDATE SET {sets} {newest} "
        f"ON CONFLICT (flow_run_id, task_key, dynamic_key) DO UPDATE SET {sets} {newest}",
    )


_TASK_RUN = _task_run_insert()
_RUN_STATE = _Insert(
    "run_state",
    ("id", "run_id", "kind", "type", "name", "at_us", "message", "details", "data"),
    "ON CONFLICT DO NOTHING",
)
_OUTBOX = _Insert("outbox", ("at_us", "topic", "subject", "body"))
_LOG = _Insert("log", LogLine._fields, "ON CONFLICT (id) DO NOTHING")


def write_records(connection: sqlite3.Connection, items: Sequence[Record], owner: str | None) -> None:
    """Write `items`, see :class:`Batch`. A row in the database that is newer than its item stays."""
    batch = Batch(items)
    if batch.runs:
        _TASK_RUN.write(connection, list(batch.run_rows(clock.system.now_us(), owner)))
        _RUN_STATE.write(connection, batch.states)
        _OUTBOX.write(connection, batch.events)
    if batch.lines:
        _LOG.write(connection, batch.lines)


def _chunks(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    start, left = 0, len(rows)
    for size in _CHUNKS:
        while left >= size:
            yield rows[start : start + size]
            start, left = start + size, left - size


def _is_about_values(error: Exception) -> bool:
    """Whether `error` blames the values that were written rather than the database."""
    if not isinstance(error, sqlite3.Error):
        return True
    values = (sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG)
    return primary_code(error) in values or isinstance(
        error, (sqlite3.InterfaceError, sqlite3.ProgrammingError)
    )


def _storable(value: Any) -> Any:
    """Text with lone surrogates cannot be UTF-8; it is stored with those spelled out."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
