"""The same tests embedded and against a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.link_http.conftest import running

from prefect._link import choose
from prefect._store.sqlite.store import TemporaryStore
from prefect.settings import PREFECT_API_URL, temporary_settings


@pytest.fixture(params=["embedded", "server"])
def mode(request: pytest.FixtureRequest) -> Iterator[str]:
    """With `server`, the programs of the test talk to one over HTTP."""
    if request.param == "embedded":
        yield request.param
        return
    store = TemporaryStore()
    try:
        with running(store) as address, temporary_settings({PREFECT_API_URL: address}):
            yield request.param
            choose.reset()
    finally:
        store.close()
