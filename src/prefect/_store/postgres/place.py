"""The database on the server: finding it fit for use, making its tables, bringing its schema up to date."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from prefect._base import errors
from prefect._base.errors import StoreError
from prefect._store import migrate
from prefect._store.postgres import schema
from prefect._store.postgres.address import Address
from prefect._store.postgres.errors import translate
from prefect._store.postgres.pool import connect

OLDEST_MAJOR = 14
# so that of several processes that start at once one makes the tables and the others wait for it
LOCK = 0x0FC015E1
_OUTBOX = (Path(__file__).parent / "migrations" / "outbox.sql").read_text(encoding="utf-8")
_SHIFT = 20

_VERSION = "SELECT version, outbox_base FROM prefect_schema"
_TABLE = """CREATE TABLE prefect_schema (
  id BIGINT PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL, outbox_base BIGINT NOT NULL)"""
_OTHERS = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_MARKS_OF_OTHERS = frozenset({"alembic_version", "flow", "flow_run", "task_run", "deployment"})
_NUMBERS = (
    "SELECT coalesce(max(seq), 0) AS newest, pg_current_xact_id()::text::bigint AS xid FROM outbox_entry"
)


async def prepare(address: Address) -> None:
    """See to it that the database is ours and has the current schema. Raises `StoreError`."""
    async with connected(address) as connection:
        version = await version_of(connection, address)
        if version == migrate.LATEST:
            await _keep_numbers_rising(connection)
            return
        if version is not None and not address.migrates:
            raise errors.StoreUnavailable(
                address.shown,
                f"has schema version {version}, this version of the package needs {migrate.LATEST}.",
                "Run 'prefect server database upgrade'.",
            )
        await upgrade(connection, address)


def prepare_now(address: Address) -> None:
    """The same for who has no event loop."""
    asyncio.run(prepare(address))


async def upgrade(connection: Any, address: Address, to: int | None = None) -> tuple[int, int]:
    """Bring the schema up to version `to`, the newest if that is not said; from which version to which.

    Any number of processes may do so at once. Each step is a transaction.
    """
    target = migrate.LATEST if to is None else to
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        before = await version_of(connection, address) or 0
        for version in range(before + 1, target + 1):
            async with connection.transaction():
                if version == 1:
                    await _begin(connection)
                for statement in schema.statements(version):
                    await connection.execute(statement)
                await connection.execute("UPDATE prefect_schema SET version = $1", version)
        await _keep_numbers_rising(connection)
        return before, max(before, target)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def version_of(connection: Any, address: Address) -> int | None:
    """The version of the schema; None if there are no tables yet. Another program's database is an error."""
    if not await _has_table(connection, "prefect_schema"):
        others = {row["tablename"] for row in await connection.fetch(_OTHERS)}
        if others & _MARKS_OF_OTHERS:
            raise errors.StoreForeign(
                address.shown,
                "was made by another program, perhaps by the original Prefect, and stays as it is.",
                "Name an empty database in PREFECT_SERVER_DATABASE_CONNECTION_URL.",
            )
        return None
    row = await connection.fetchrow(_VERSION)
    version: int = row["version"]
    if version > migrate.LATEST:
        raise errors.StoreTooNew(
            address.shown,
            f"has schema version {version}; this version of the package knows {migrate.LATEST}.",
            "Upgrade the package, or name another database.",
        )
    return version


async def _begin(connection: Any) -> None:
    await connection.execute(_TABLE)
    await connection.execute("INSERT INTO prefect_schema VALUES (1, 0, 0)")
    await connection.execute(_OUTBOX % {"base": 0})


async def _keep_numbers_rising(connection: Any) -> None:
    """After a restore into another server, or a move, transactions may count from a lower number again."""
    numbers = await connection.fetchrow(_NUMBERS)
    base: int = (await connection.fetchrow(_VERSION))["outbox_base"]
    if (numbers["xid"] << _SHIFT) + base > numbers["newest"]:
        return
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK + 1)
        base = numbers["newest"] + 1 - ((numbers["xid"] - 1) << _SHIFT)
        await connection.execute(_OUTBOX % {"base": base})
        await connection.execute("UPDATE prefect_schema SET outbox_base = $1", base)


async def _has_table(connection: Any, name: str) -> bool:
    return await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", name)


@asynccontextmanager
async def connected(address: Address) -> AsyncGenerator[Any]:
    """A connection for looking after the schema, without a limit of time. Raises `StoreError`."""
    connection: Any = None
    try:
        connection = await connect(address, isolation="read committed", limited=False)
        server: int = connection.get_server_version().major
        if server < OLDEST_MAJOR:
            raise errors.StoreUnavailable(
                address.shown, f"is PostgreSQL {server}.", f"Version {OLDEST_MAJOR} or a later one is needed."
            )
        yield connection
    except StoreError:
        raise
    except schema.NotTranslatable as error:
        raise StoreError(address.shown, f"cannot have this schema: {error}", "") from error
    except Exception as error:
        raise translate(error, address.shown) from error
    finally:
        if connection is not None:
            connection.terminate() if connection.is_closed() else await connection.close(timeout=5)
