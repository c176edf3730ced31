"""Links over HTTP to a real server on a loopback port, and in process to stores of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from prefect import settings
from prefect._api import serve
from prefect._link import choose
from prefect._store.sqlite.store import TemporaryStore


@contextmanager
def running(store: TemporaryStore, port: int = 0) -> Iterator[str]:
    """A server in a thread of this process; the address of its API."""
    listener = serve.listen("127.0.0.1", port)
    server = serve.make_server(store)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    finally:
        server.stop()
        thread.join(10)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    settings.refresh()
    choose.reset()
    yield tmp_path
    choose.reset()
    monkeypatch.undo()
    settings.refresh()


@pytest.fixture
def store() -> Iterator[TemporaryStore]:
    opened = TemporaryStore()
    yield opened
    opened.close()


@pytest.fixture
def url(store: TemporaryStore) -> Iterator[str]:
    with running(store) as address:
        yield address
