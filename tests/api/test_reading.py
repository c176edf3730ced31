"""The event loop of a server never waits for its database: others are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.api.conftest import Server, running

from prefect._store.sqlite.store import TemporaryStore
from prefect._store.store import Work


class Distant(TemporaryStore):
    """A store that is read over a network, as that on PostgreSQL; waiting for it on a loop is an error."""

    def __init__(self) -> None:
        super().__init__()
        self._far = ThreadPoolExecutor(2)
        self.waited: list[Any] = []

    def read(self, work: Work[Any], /) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return super().read(work)
        self.waited.append(work)
        raise AssertionError(f"{work} is waited for on an event loop")

    def fetch(self, work: Work[Any], /) -> Future[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._far.submit(self.read, work)

    def close(self) -> None:
        self._far.shutdown()
        super().close()


@pytest.fixture
def distant(home: Callable[..., None]) -> Iterator[Server]:
    home(PREFECT_SERVER_CSRF_PROTECTION_ENABLED="true", PREFECT_SERVER_METRICS_ENABLED="true")
    store = Distant()
    with running(store, keeps=True) as server:
        yield server
        assert store.waited == []


def test_nothing_is_read_on_the_loop(distant: Server) -> None:
    with httpx.Client(base_url=distant.url, trust_env=False) as client:
        token = client.get("/csrf-token", params={"client": "c"}).json()["token"]
        client.headers.update({"Prefect-Csrf-Client": "c", "Prefect-Csrf-Token": token})
        assert client.get("/ready").status_code == 200
        assert client.get("/metrics").status_code == 200
        flow = client.post("/flows/", json={"name": "f"}).json()
        run = client.post("/flow_runs/", json={"flow_id": flow["id"]}).json()
        assert client.get(f"/flow_runs/{run['id']}/logs/download").status_code == 200
        assert client.get(f"/flow_runs/{run['id']}").json()["id"] == run["id"]
        assert client.post("/flow_runs/filter", json={}).json()[0]["id"] == run["id"]
        assert client.get("/flows/name/f").json()["id"] == flow["id"]
