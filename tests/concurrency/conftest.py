"""What tests of waiting and of limits begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect._base.drive import drive
from prefect._base.ports import BLOCKING
from prefect._link import choose
from prefect._link.local import LocalLink
from prefect._store.sqlite import SqliteStore
from prefect._wire.operation import named


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, whose store is closed at the end."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    choose.reset()
    yield tmp_path
    choose.reset()


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Any]:
    """Opens stores on one file, as two processes would."""
    opened: list[SqliteStore] = []

    def _open() -> SqliteStore:
        opened.append(SqliteStore(tmp_path / "orchestrator.db"))
        return opened[-1]

    yield _open
    for store in opened:
        store.close()


def call(name: str, /, **arguments: Any) -> Any:
    """Call an operation on the embedded store that the settings name."""
    return drive(choose.blocking().call(named(name), **arguments))


def link_on(store: SqliteStore) -> LocalLink:
    return LocalLink(store, BLOCKING)
