"""Background runs in the embedded store, and on a real server on a loopback port."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.link_http.conftest import running

from prefect import settings
from prefect._link import choose
from prefect._store.sqlite.store import TemporaryStore
from prefect.task_worker import TaskWorker


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "home"))
    settings.refresh()
    choose.reset()
    yield tmp_path / "home"
    choose.reset()
    monkeypatch.undo()
    settings.refresh()


@pytest.fixture
def url(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server, which this process uses."""
    store = TemporaryStore()
    with running(store) as address:
        monkeypatch.setenv("PREFECT_API_URL", address)
        settings.refresh()
        choose.reset()
        yield address
        choose.reset()
    store.close()


@pytest.fixture(params=["embedded", "server"])
def place(request: pytest.FixtureRequest, home: Path) -> str:
    """Where runs are: in this process, or on a server."""
    if request.param == "server":
        request.getfixturevalue("url")
    return request.param


@pytest.fixture
def other_machine(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Go to another home, with the same server; the files of the first are out of reach."""

    def go() -> None:
        choose.reset()
        shutil.rmtree(home / "storage")
        monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "other"))
        settings.refresh()

    return go


@contextmanager
def serving(*tasks: Any, limit: int | None = 10, grace_s: float = 5.0) -> Iterator[TaskWorker]:
    """A task worker in a thread of this process."""
    worker = TaskWorker(*tasks, limit=limit)
    worker.grace_s = grace_s
    failed: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(worker.astart())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield worker
    finally:
        if worker.started:
            worker.stop()
        thread.join(20)
        assert not thread.is_alive()
    if failed:
        raise failed[0]
