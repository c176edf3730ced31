"""A database, a result storage and settings of their own for the time of a test."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator

from prefect._link import choose
from prefect.settings import current, keys

# what would lead away from the temporary home: in this process, and in those that it starts
_ELSEWHERE = (
    "PREFECT_API_URL",
    "PREFECT_API_KEY",
    "PREFECT_API_DATABASE_CONNECTION_URL",
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_LOCAL_STORAGE_PATH",
    "PREFECT_RESULTS_LOCAL_STORAGE_PATH",
    "PREFECT_PROFILES_PATH",
    "PREFECT_PROFILE",
)
# without them the database is the one in the home
_DATABASE = ("server.database.connection_url", "server.database.driver", "server.database.name")


@contextlib.contextmanager
def prefect_test_harness(server_startup_timeout: int | None = 30) -> Generator[None]:
    """Run the body on a database and a result storage of its own, in this process, without a server.

    >>> with prefect_test_harness():
    ...     assert my_flow() == 42

    It holds for all threads, and for processes that are started inside. Everything is removed at the end.
    `server_startup_timeout` is accepted for programs that pass it; nothing is started that could take time.
    """
    with tempfile.TemporaryDirectory(prefix="prefect-test-", ignore_cleanup_errors=True) as home:
        settings = {
            "home": home,
            "api.url": None,
            "api.key": None,
            "results.local_storage_path": f"{home}/storage",
        }
        fresh = keys.scoped(current.snapshot(), settings, None, _DATABASE)
        with _environment(home):
            before = current.replaced(fresh)
            token = current.scope.set(fresh)
            try:
                yield
            finally:
                choose.reset()
                current.scope.reset(token)
                current.replaced(before)


@contextlib.contextmanager
def _environment(home: str) -> Generator[None]:
    """The environment of processes that are started inside: they work in `home`, too."""
    before = {name: os.environ.pop(name, None) for name in (*_ELSEWHERE, "PREFECT_HOME")}
    os.environ["PREFECT_HOME"] = home
    try:
        yield
    finally:
        del os.environ["PREFECT_HOME"]
        os.environ.update({name: value for name, value in before.items() if value is not None})
