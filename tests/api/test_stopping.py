"""Stopping while clients are connected, and databases that are not there for a while."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.api.conftest import running
from websockets.sync.client import connect

from prefect._base.errors import StoreUnavailable
from prefect._store import faults


@pytest.fixture
def fault() -> Iterator[Callable[[Any], None]]:
    yield faults.install
    faults.install(None)


def test_open_connections_do_not_hold_up_the_end() -> None:
    with ThreadPoolExecutor(1) as pool:
        with running() as server:
            host = server.url.removeprefix("http://")
            quiet = connect(f"ws://{host}/events/in", proxy=None, close_timeout=0.1)
            http = httpx.Client(base_url=server.url, trust_env=False, timeout=30)
            http.post("/v2/concurrency_limits/", json={"name": "l", "limit": 1})
            asked = {"names": ["l"], "slots": 1, "mode": "concurrency"}
            assert http.post("/v2/concurrency_limits/increment", json=asked).status_code == 200
            waits = {**asked, "wait_s": 20, "ticket": "t"}
            waiting = pool.submit(http.post, "/v2/concurrency_limits/increment", json=waits)
            half_sent = socket.create_connection(host.partition("/")[0].split(":"))
            half_sent.sendall(b"POST /api/flows/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
            while http.get("/health").status_code != 200:
                pass
            began_s = time.monotonic()
        took_s = time.monotonic() - began_s
        half_sent.close()
        quiet.close()
        waiting.exception(timeout=10)
        http.close()
    assert took_s < 2


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with running() as server, httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        yield client


def test_a_database_that_is_gone_for_a_while(http: httpx.Client, fault: Callable[[Any], None]) -> None:
    def _gone(point: str) -> None:
        if point == "sqlite.group.before_commit":
            raise StoreUnavailable("/db", "cannot be written.", "Wait.")

    fault(_gone)
    answer = http.post("/flows/", json={"name": "f"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "0.5")
    assert answer.json() == {"exception_message": "Service Unavailable"}
    assert http.get("/health").status_code == 200
    fault(None)
    until_s = time.monotonic() + 10
    while http.post("/flows/", json={"name": "f"}).status_code == 503:
        assert time.monotonic() < until_s
    assert http.get("/ready").status_code == 200


def test_a_keeper_that_keeps_failing_is_named() -> None:
    from prefect._api.app import App
    from prefect._api.keeping import Keeping
    from prefect._store.sqlite.store import TemporaryStore

    store = TemporaryStore()
    keeping = Keeping(store)
    [report] = [each for each in keeping.reports if each.name == "retention"]
    report.failures, report.why = 3, "no luck"
    transport = httpx.ASGITransport(App(store, keeping))

    async def _ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.get("/api/ready")

    answer = asyncio.run(_ask())
    store.close()
    assert (answer.status_code, "retention: no luck" in answer.json()["message"]) == (503, True)
    assert answer.json()["keepers"]["retention"]["status"] == "failing"
