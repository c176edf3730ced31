"""Looking after a database, whichever it is: versions of its schema, emptying it, checking it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from prefect._base import lazy
from prefect._base.errors import Invalid, StoreError, StoreUnavailable
from prefect._store import current, migrate
from prefect._store.sql import Statement
from prefect._store.store import Tx

check: Any = lazy.module("prefect._store.check")
files: Any = lazy.module("prefect._store.sqlite.place")
servers: Any = lazy.module("prefect._store.postgres.place")
tables: Any = lazy.module("prefect._store.postgres.schema")

T = TypeVar("T")


def revision(word: str, at: int) -> int:
    """The version that a word of the command line names: ``head``, ``base``, ``+1``, ``-1``, a number or the
    name of a script. `at` is what the database has. Raises `Invalid`.
    """
    named = {"head": migrate.LATEST, "heads": migrate.LATEST, "base": 0, "current": at}
    named |= {name: number for number, name in enumerate(migrate.SCRIPTS, start=1)}
    if word in named:
        return named[word]
    try:
        number = at + int(word) if word[:1] in "+-" else int(word)
    except ValueError:
        number = -1
    if not 0 <= number <= migrate.LATEST:
        raise Invalid(
            f"There is no revision {word!r}: there are head, base, numbers up to {migrate.LATEST}, steps"
            " such as +1, and the names of scripts."
        )
    return number


def version(where: str) -> int:
    """The version of the schema; 0 if there are no tables yet. Raises `StoreError`."""
    if not current.is_shared(where):
        return files.version(Path(where))
    address = current.postgres_address(where)

    async def look(connection: Any) -> int:
        return await servers.version_of(connection, address) or 0

    return _connected(where, look)


def upgrade(where: str, to: int) -> None:
    """Bring the schema up to version `to`."""
    if not current.is_shared(where):
        files.upgrade(Path(where), to)
        return
    address = current.postgres_address(where)
    _connected(where, lambda connection: servers.upgrade(connection, address, to))


def stamp(where: str, to: int) -> None:
    """Write down that the schema has version `to`, and change nothing else."""
    if not current.is_shared(where):
        files.stamp(Path(where), to)
        return
    address = current.postgres_address(where)

    async def write(connection: Any) -> None:
        if not await servers.version_of(connection, address):
            raise StoreError(
                address.shown, "has no tables of ours.", "Run 'prefect server database upgrade' instead."
            )
        await connection.execute("UPDATE prefect_schema SET version = $1", to)

    _connected(where, write)


def empty(where: str) -> None:
    """Remove all rows; the numbers of the log go on from where they were."""
    store = current.opened(where)

    async def work(tx: Tx) -> None:
        found = tables.in_order()[::-1]
        if tx.dialect.name == "postgres":
            names = ", ".join(tables.APART.get(table, table) for table in found)
            await tx.run(Statement("empty", f"TRUNCATE {names}"))
            return
        for table in (*found, *tables.DERIVED):  # what is removed leaves notes for those who count
            await tx.run(Statement("empty", f"DELETE FROM {table}"))

    store.write(work).result()


def violations(where: str) -> list[str]:
    """What is wrong in the database, a sentence each. Raises `StoreUnavailable` if it is not there."""
    if current.is_shared(where):
        return current.opened(where).read(check.of_the_rows)
    if not Path(where).is_file():
        raise StoreUnavailable(
            where,
            "is not there: nothing has been written yet.",
            "A flow that runs makes it, or 'prefect server start'; another one is named by PREFECT_HOME or"
            " PREFECT_SERVER_DATABASE_CONNECTION_URL.",
        )
    return check.violations(where)


def _connected(where: str, use: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        async with servers.connected(current.postgres_address(where)) as connection:
            return await use(connection)

    return asyncio.run(run())
