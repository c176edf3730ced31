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
from prefect._base.details import to_wire
from prefect._base.jsontext import dumps
from prefect._base.records import LogLine, TaskRunRow, TaskTransition
from prefect._base.state import StateValue
from prefect._store.sqlite.errors import primary_code

logger = logging.getLogger("prefect.store")

_Row = tuple[Any, ...]
_CHUNKS = (64, 32, 16, 8, 4, 2, 1)
_STATE_COPY = (
    "state_id",
    "state_type",
    "state_name",
    "state_at_us",
    "state_message",
    "state_details",
    "state_data",
)


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
    columns = (*TaskRunRow._fields, "updated_us", *_STATE_COPY, "owner")
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


def write_records(
    connection: sqlite3.Connection, items: Sequence[TaskTransition | LogLine], owner: str | None
) -> None:
    """Write `items`; of a task run with several transitions among them the newest becomes its row.

    A row in the database that is newer than what is handed over stays.
    """
    newest: dict[str, tuple[TaskTransition, str, str | None]] = {}
    states: list[_Row] = []
    events: list[_Row] = []
    lines: list[_Row] = []
    for item in items:
        if isinstance(item, LogLine):
            lines.append(item)
            continue
        run, state = item
        details, data = dumps(to_wire(state.details)), _stored(state)
        states.append(
            (
                state.id,
                run.id,
                "task",
                state.type.value,
                state.name,
                state.at_us,
                state.message,
                details,
                data,
            )
        )
        events.append((state.at_us, f"prefect.task-run.{state.name}", run.id, f'{{"state_id":"{state.id}"}}'))
        known = newest.get(run.id)
        if known is None or known[0].state.at_us <= state.at_us:
            newest[run.id] = (item, details, data)
    if newest:
        now_us = clock.system.now_us()
        rows = [_task_run_row(*entry, now_us, owner) for entry in newest.values()]
        _TASK_RUN.write(connection, rows)
        _RUN_STATE.write(connection, states)
        _OUTBOX.write(connection, events)
    if lines:
        _LOG.write(connection, lines)


def _task_run_row(
    item: TaskTransition, details: str, data: str | None, now_us: int, owner: str | None
) -> _Row:
    state = item.state
    holder = None if state.is_final else owner
    copy = (state.id, state.type.value, state.name, state.at_us, state.message, details, data)
    return (*item.run, now_us, *copy, holder)


def _stored(state: StateValue) -> str | None:
    """The reference to a stored result as JSON; a result that lives in this process only is not written."""
    data: Any = state.data
    return dumps(data) if isinstance(data, dict) else None


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
