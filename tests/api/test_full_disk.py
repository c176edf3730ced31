"""A database without room: writes are refused in words, nothing acknowledged is lost, all goes on later."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator

import httpx
import pytest
from tests.api.conftest import running

from prefect._store.check import violations
from prefect._store.sqlite.store import TemporaryStore

WITHIN_S = 20


class Narrow(TemporaryStore):
    """A store whose file can be kept from growing; SQLite then answers as on a full disk."""

    def most_pages(self, pages: int) -> None:
        connection = self._writer._groups._connection
        assert connection is not None
        connection.execute(f"PRAGMA max_page_count = {pages}")


@pytest.fixture
def store() -> Narrow:
    return Narrow()


@pytest.fixture
def http(store: Narrow) -> Iterator[httpx.Client]:
    with (
        running(store, keeps=True) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client,
    ):
        yield client


def test_a_full_disk(http: httpx.Client, store: Narrow) -> None:
    def put(name: str) -> httpx.Response:
        return http.post("/variables/", json={"name": name, "value": "x" * 4_000})

    assert put("first").status_code == 201
    store.most_pages(1)
    names = iter(f"v{number}" for number in range(10_000))
    kept = ["first"]
    while (answer := put(name := next(names))).status_code == 201:  # until the pages that it has are used up
        kept.append(name)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "0.5")
    assert "no room left" in answer.json()["exception_message"]
    assert "Free some space" in answer.json()["exception_message"]

    # nothing of what was refused is there, and what is there can be read
    found = http.post("/variables/filter", json={"limit": 200}).json()
    assert sorted(each["name"] for each in found) == sorted(kept)
    line = {"name": "l", "level": 20, "message": "m" * 100_000, "timestamp": "2026-01-01T00:00:00Z"}
    refused = http.post("/logs/", json=[line] * 5)
    assert (refused.status_code, refused.json()) == (503, answer.json())
    assert http.post("/logs/filter", json={}).json() == []
    assert http.get("/health").status_code == 200

    store.most_pages(1_000_000)
    until_s = time.monotonic() + WITHIN_S
    while put("last").status_code == 503:
        assert time.monotonic() < until_s
    assert http.post("/logs/", json=[line] * 5).status_code == 201
    found = http.post("/variables/filter", json={"limit": 200}).json()
    assert sorted(each["name"] for each in found) == sorted([*kept, "last"])
    assert violations(store.path) == []
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
