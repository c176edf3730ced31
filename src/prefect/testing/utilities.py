"""Testing flows: an empty, temporary history for the time of a test."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Generator

from prefect._base.drive import drive
from prefect._link import choose
from prefect.settings import current, keys


@contextlib.contextmanager
def prefect_test_harness(server_startup_timeout: int | None = 30) -> Generator[None]:
    """Run the body on a database and a result storage of its own, in this process, without a server.

    >>> with prefect_test_harness():
    ...     assert my_flow() == 42

    Everything is removed at the end. `server_startup_timeout` is accepted for programs that pass it; nothing
    is started that could take time.
    """
    with tempfile.TemporaryDirectory(prefix="prefect-test-") as home:
        settings = {
            "home": home,
            "api.url": None,
            "api.key": None,
            "server.database.connection_url": None,
            "results.local_storage_path": f"{home}/storage",
        }
        token = current.scope.set(keys.scoped(current.snapshot(), settings, None, None))
        try:
            yield
        finally:
            drive(choose.blocking().flush())
            choose.reset()
            current.scope.reset(token)
