"""Writing batches of recorded items: one statement a table, whatever their number; arrays carry columns."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from prefect._base import clock
from prefect._base.records import LogLine, TaskRunRow
from prefect._store.postgres.errors import is_about_values
from prefect._store.postgres.tx import storable
from prefect._store.recording import STATE_COPY, Batch
from prefect._store.store import Record

logger = logging.getLogger("prefect.store")

_NUMBERS = frozenset({"level", "run_count", "flow_run_run_count"})


class _Insert:
    """An INSERT into one table; `rows` of the statement are the new rows, as a table named `new`."""

    def __init__(self, table: str, columns: Sequence[str], where: str = "", on_conflict: str = "") -> None:
        self.table = table
        names = ", ".join(columns)
        self.rows = f"unnest({', '.join(map(_array, range(1, len(columns) + 1), columns))}) AS new ({names})"
        self.text = f"INSERT INTO {table} ({names}) SELECT {names} FROM {self.rows} {where} {on_conflict}"

    async def write(self, connection: Any, rows: Sequence[Sequence[Any]]) -> None:
        """Write `rows`; one that the database cannot take is reported and left out."""
        if await self._attempt(connection, list(zip(*rows, strict=True))):
            return
        for row in rows:
            columns = [[storable(value)] for value in row]
            if error := await self._attempt_alone(connection, columns):
                logger.error("A row of %s could not be stored: %s. The row: %r", self.table, error, row)

    async def _attempt(self, connection: Any, columns: Sequence[Sequence[Any]]) -> bool:
        return await self._attempt_alone(connection, columns) is None

    async def _attempt_alone(self, connection: Any, columns: Sequence[Sequence[Any]]) -> Exception | None:
        await connection.execute("SAVEPOINT rows")
        try:
            await self.execute(connection, columns)
        except Exception as error:
            if not is_about_values(error):
                raise
            await connection.execute("ROLLBACK TO rows")
            return error
        await connection.execute("RELEASE rows")
        return None

    async def execute(self, connection: Any, columns: Sequence[Sequence[Any]]) -> None:
        await connection.execute(self.text, *columns)


class _TaskRuns(_Insert):
    """Rows of task runs, found by their ids or by their keys in the flow run; the newer state stays.

    A row that is known by its keys under another id takes the new one.
    """

    _KEYS = ("flow_run_id", "task_key", "dynamic_key")

    def __init__(self) -> None:
        columns = (*TaskRunRow._fields, "updated_us", *STATE_COPY, "owner")
        same = " AND ".join(f"known.{key} = new.{key}" for key in self._KEYS)
        sets = ", ".join(f"{column} = excluded.{column}" for column in columns)
        super().__init__(
            "task_run",
            columns,
            f"WHERE NOT EXISTS (SELECT 1 FROM task_run AS known WHERE {same} AND known.id <> new.id)",
            f"ON CONFLICT (id) DO UPDATE SET {sets}"
            " WHERE task_run.state_at_us IS NULL OR excluded.state_at_us >= task_run.state_at_us",
        )
        news = ", ".join(f"{column} = new.{column}" for column in columns)
        self._under_other_ids = (
            f"UPDATE task_run AS known SET {news} FROM {self.rows} WHERE {same} AND known.id <> new.id"
            " AND (known.state_at_us IS NULL OR new.state_at_us >= known.state_at_us)"
        )

    async def execute(self, connection: Any, columns: Sequence[Sequence[Any]]) -> None:
        await connection.execute(self._under_other_ids, *columns)
        await connection.execute(self.text, *columns)


def _array(number: int, column: str) -> str:
    return f"${number}::{'bigint' if column.endswith('_us') or column in _NUMBERS else 'text'}[]"


_TASK_RUN = _TaskRuns()
_RUN_STATE = _Insert(
    "run_state",
    ("id", "run_id", "kind", "type", "name", "at_us", "message", "details", "data"),
    on_conflict="ON CONFLICT DO NOTHING",
)
_OUTBOX = _Insert("outbox", ("at_us", "topic", "subject", "body"))
_LOG = _Insert("log", LogLine._fields, on_conflict="ON CONFLICT (id) DO NOTHING")


async def write_records(connection: Any, items: Sequence[Record], owner: str | None) -> bool:
    """Write `items`, see :class:`Batch`; tells whether anything was entered into the log of what happened."""
    batch = Batch(items)
    if batch.runs:
        now_us = clock.system.now_us()
        # in the order of ids, so that two processes never wait for each other
        runs = sorted(batch.run_rows(now_us, owner), key=lambda row: row[0])
        await _TASK_RUN.write(connection, runs)
        await _RUN_STATE.write(connection, batch.states)
        await _OUTBOX.write(connection, batch.events)
    if batch.lines:
        await _LOG.write(connection, batch.lines)
    return bool(batch.runs)
