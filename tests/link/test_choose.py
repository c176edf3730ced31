"""Which link a process uses, and what it does with a store that it opens."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from prefect import settings
from prefect._base.drive import drive
from prefect._base.errors import StoreForeign, StoreUnavailable
from prefect._link import choose
from prefect._store import current
from prefect._store.sqlite import TemporaryStore
from prefect._wire.operation import named


def test_the_home_is_where_the_database_is(home: Path) -> None:
    drive(choose.blocking().call(named("variables.create"), body={"name": "v", "value": 1}))
    assert (home / "orchestrator.db").exists()


def test_one_store_for_both_doors_and_all_calls() -> None:
    assert choose.blocking() is choose.blocking()
    assert choose.awaiting() is choose.awaiting()
    assert choose.blocking() is not choose.awaiting()
    assert choose.blocking().record == choose.awaiting().record


def test_another_home_is_another_store(tmp_path: Path) -> None:
    link = choose.blocking()
    with settings.temporary_settings({settings.PREFECT_HOME: tmp_path / "other"}):
        assert choose.blocking() is not link
    assert choose.blocking() is link


def test_after_a_reset_it_is_opened_anew() -> None:
    link = choose.blocking()
    drive(link.call(named("variables.create"), body={"name": "v", "value": 1}))
    choose.reset()
    assert choose.blocking() is not link
    assert drive(choose.blocking().call(named("variables.count"))) == 1


def _address(url: str | None, home: Path) -> str:
    values = {"home": home, "server.database.connection_url": url or f"sqlite+aiosqlite:///{home}/prefect.db"}
    return current.address(values, is_given=url is not None)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        (None, "/h/orchestrator.db"),
        ("sqlite+aiosqlite:////data/my.db", "/data/my.db"),
        ("sqlite:////data/my.db?timeout=3", "/data/my.db"),
        ("sqlite+aiosqlite:///relative.db", "relative.db"),
        ("sqlite+aiosqlite:///:memory:", current.TEMPORARY),
        ("sqlite+aiosqlite:///file::memory:?cache=shared&uri=true", current.TEMPORARY),
        ("postgresql+asyncpg://u:p@h/db", "postgresql+asyncpg://u:p@h/db"),
    ],
)
def test_addresses(url: str | None, where: str) -> None:
    assert _address(url, Path("/h")) == where


def test_an_unknown_kind_of_database_is_refused_without_telling_the_password() -> None:
    with pytest.raises(StoreUnavailable) as refused:
        current.opened("postgresql+asyncpg://user:secret@host/db")
    assert "secret" not in str(refused.value)


def test_a_temporary_store() -> None:
    assert isinstance(current.opened(current.TEMPORARY), TemporaryStore)


def test_the_database_of_another_program_in_the_home_is_left_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sqlite3.connect(home / "prefect.db")
    other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    other.commit()
    other.close()
    before = (home / "prefect.db").read_bytes()
    drive(choose.blocking().call(named("variables.create"), body={"name": "v", "value": 1}))
    choose.reset()
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", f"sqlite+aiosqlite:///{home}/prefect.db")
    settings.current.refresh()
    with pytest.raises(StoreForeign):
        choose.blocking()
    assert (home / "prefect.db").read_bytes() == before
