"""Copying a database into another one with its whole history: table by table, in batches, then counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from prefect._base import lazy
from prefect._base.errors import StoreError
from prefect._store import current
from prefect._store.postgres import schema
from prefect._store.sql import Statement
from prefect._store.store import Row, Store, Tx

servers: Any = lazy.module("prefect._store.postgres.place")

BATCH = 1_000
WITHIN_S = 600.0


class Copied(NamedTuple):
    """How many rows of a table were copied."""

    table: str
    rows: int


def copy(source: Store, target: Store, told: Callable[[Copied], None]) -> list[Copied]:
    """Copy all that is in `source`, as it is at one moment, into `target`, which must have no rows.

    `told` hears of each table that is done. Raises `StoreError` if the target has rows already, or if the
    counts differ in the end; then the target is to be emptied before another try.
    """
    _require_empty(target)

    async def work(tx: Tx) -> list[Copied]:
        done: list[Copied] = []
        for table in schema.in_order():
            if table in schema.DERIVED:
                continue
            done.append(Copied(table, await _table(tx, target, table)))
            told(done[-1])
        return done

    done = source.read(work)
    found = target.read(_counts)
    for table, rows in done:
        # numbers of the log that are ahead of the server's own are shown once it is opened anew
        if found[table] != rows and table not in schema.APART:
            raise StoreError(
                target.path,
                f"has {found[table]} rows in {table} after {rows} were copied.",
                "Something else writes to it. Empty it with 'prefect server database reset' and try again.",
            )
    return done


def _require_empty(target: Store) -> None:
    found = target.read(_counts)
    if occupied := [table for table, rows in found.items() if rows]:
        raise StoreError(
            target.path,
            f"is not empty: {', '.join(occupied)} have rows.",
            "Name an empty database, or empty this one with 'prefect server database reset'.",
        )


async def _counts(tx: Tx) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in schema.in_order():
        if table in schema.DERIVED:
            continue
        row = await tx.one(Statement("count", f"SELECT count(*) AS found FROM {table}"))
        assert row is not None
        found[table] = row["found"]
    return found


async def _table(tx: Tx, target: Store, table: str) -> int:
    """Copy one table in the order of its key; the number of rows."""
    key = schema.primary_keys()[table]
    names = ", ".join(key)
    first = Statement("first", f"SELECT * FROM {table} ORDER BY {names} LIMIT {BATCH}")
    after = ", ".join(f":after_{name}" for name in key)
    further = Statement(
        "further", f"SELECT * FROM {table} WHERE ({names}) > ({after}) ORDER BY {names} LIMIT {BATCH}"
    )
    copied = 0
    rows = await tx.all(first)
    while rows:
        # whoever copies has this thread or this loop to itself: waiting in it holds nobody up
        target.write(_insert(table, rows)).result(WITHIN_S)
        copied += len(rows)
        if len(rows) < BATCH:
            break
        rows = await tx.all(further, **{f"after_{name}": rows[-1][name] for name in key})
    return copied


def _insert(table: str, rows: list[Row]) -> Callable[[Tx], Any]:
    columns = list(rows[0])
    statement = Statement(
        "insert",
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})",
    )

    async def work(tx: Tx) -> None:
        await tx.many(statement, rows)

    return work


def finish(where: str) -> None:
    """Let the numbers of the log go on from the highest that was copied."""
    if current.is_shared(where):
        servers.prepare_now(current.postgres_address(where))
