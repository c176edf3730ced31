"""A real server on a loopback port with an empty store, and a plain client for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import postgres

from prefect import settings
from prefect._api import serve
from prefect._api.keeping import Keeping
from prefect._store.postgres import PostgresStore
from prefect._store.sqlite.store import TemporaryStore
from prefect._store.store import Store


class Server:
    """A running server; `store` is what it serves, `stop` tells it to stop."""

    def __init__(self, store: Store, port: int, stop: Callable[[], None]) -> None:
        self.store = store
        self.stop = stop
        self.root = f"http://127.0.0.1:{port}"
        self.url = f"{self.root}/api"


@contextmanager
def running(store: Store | None = None, *, keeps: bool = False) -> Iterator[Server]:
    """A server in a thread of this process; with its keepers, if it `keeps`."""
    store = TemporaryStore() if store is None else store
    listener = serve.listen("127.0.0.1", 0)
    keeping = Keeping(store) if keeps else None
    server = serve.make_server(store, keeping)
    if keeping is not None:
        keeping.start()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Server(store, listener.getsockname()[1], server.stop)
    finally:
        server.stop()
        thread.join(10)
        if keeping is not None:
            keeping.close()
        store.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A home of its own; calling the fixture sets variables of the environment for the rest of the test."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    def _set(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.refresh()

    _set()
    yield _set
    monkeypatch.undo()
    settings.refresh()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What asks for a server runs on each kind of store, unless it is about the faults of one."""
    if "server" in metafunc.fixturenames and "fault" not in metafunc.fixturenames:
        metafunc.parametrize("server", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    is_postgres = getattr(request, "param", "sqlite") == "postgres"
    store = PostgresStore(postgres.cluster().ready()) if is_postgres else None
    with running(store) as found:
        yield found


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def post(http: httpx.Client) -> Callable[..., Any]:
    """``post(path, body)`` is the JSON of an answer that has to be a success."""

    def _post(path: str, body: Any = None) -> Any:
        answer = http.post(path, json={} if body is None else body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    return _post
