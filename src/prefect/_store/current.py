"""The stores of this process: one for each database, opened when first asked for, found by the settings."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect._base.errors import StoreUnavailable
from prefect._store.store import Store

sqlite: Any = lazy.module("prefect._store.sqlite")
postgres: Any = lazy.module("prefect._store.postgres")
addresses: Any = lazy.module("prefect._store.postgres.address")
settings: Any = lazy.module("prefect.settings")
current: Any = lazy.module("prefect.settings.current")

FILE_NAME = "orchestrator.db"
TEMPORARY = ":memory:"
_GIVEN_BY = ("server.database.connection_url", "server.database.driver", "server.database.name")
_POSTGRES = frozenset({"postgresql", "postgres"})

_stores: dict[str, Store] = {}
_opening = threading.RLock()


def store() -> Store:
    """The store that the active settings name. Raises `StoreError` if it cannot be opened."""
    return opened(named())


def named() -> str:
    """The address that the active settings name."""
    given = current.snapshot().given
    return address(settings.active(), is_given=any(name in given for name in _GIVEN_BY))


def opened(where: str) -> Store:
    """The store at an address as :func:`address` makes it."""
    found = _stores.get(where)
    if found is None:
        with _opening:
            found = _stores.get(where)
            if found is None:
                found = _stores[where] = _open(where)
    return found


def address(values: Mapping[str, Any], *, is_given: bool) -> str:
    """Where the settings want the database: a path, :data:`TEMPORARY`, or the URL of a server.

    Unless a connection URL `is_given`, it is a file of our own in the home, beside whatever else lies there.
    """
    if not is_given:
        return str(Path(values["home"]) / FILE_NAME)
    url: str = values["server.database.connection_url"]
    scheme, _, rest = url.partition("://")
    if scheme.partition("+")[0] != "sqlite":
        return url
    file = rest.partition("?")[0].removeprefix("/")
    return TEMPORARY if not file or ":memory:" in file else file


def is_shared(where: str) -> bool:
    """Whether the database at an address serves any number of servers at once."""
    return "://" in where


def shown(where: str) -> str:
    """An address as it may be told: without credentials."""
    return addresses.show(where) if is_shared(where) else where


def postgres_address(where: str) -> Any:
    """How to connect to PostgreSQL at `where`. Raises `StoreUnavailable` for a URL of another kind."""
    scheme = where.partition("://")[0]
    if scheme.partition("+")[0] not in _POSTGRES:
        raise StoreUnavailable(
            f"{scheme}://...",
            "is of a kind that this version does not know.",
            "Set PREFECT_SERVER_DATABASE_CONNECTION_URL to sqlite+aiosqlite:///<file> or to"
            " postgresql+asyncpg://<user>:<password>@<host>:<port>/<name>, or leave it out.",
        )
    return addresses.parse(where, settings.active())


def reset() -> None:
    """Close all stores; the next one that is asked for is opened anew. For tests and for a change of home."""
    with _opening:
        closing = list(_stores.values())
        _stores.clear()
    for each in closing:
        each.close()


def _open(where: str) -> Store:
    if where == TEMPORARY:
        return sqlite.TemporaryStore()
    if "://" in where:
        return postgres.PostgresStore(postgres_address(where))
    return sqlite.SqliteStore(where)


def _after_fork_in_child() -> None:
    global _opening
    _opening = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
