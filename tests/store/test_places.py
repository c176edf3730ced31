"""Finding, creating and refusing database files."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from prefect._base import errors
from prefect._store import migrate
from prefect._store.sql import Queries
from prefect._store.sqlite import SqliteStore
from prefect._store.store import Tx

sql = Queries(__file__)


def refused(path: Path, kind: type[errors.StoreError]) -> str:
    """The message with which `path` is refused; whatever is there stays as it is."""
    before = path.read_bytes() if path.is_file() else None
    neighbours = sorted(path.parent.iterdir()) if path.parent.is_dir() else None
    with pytest.raises(kind) as caught:
        SqliteStore(path)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert (sorted(path.parent.iterdir()) if path.parent.is_dir() else None) == neighbours
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_a_missing_home_is_created_for_its_user_alone(path: Path) -> None:
    SqliteStore(path).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_database_is_found_again(path: Path) -> None:
    async def put(tx: Tx) -> None:
        await tx.run(sql.put, key="a", value="1")

    first = SqliteStore(path)
    first.write(put).result(10)
    first.close()
    second = SqliteStore(path)
    assert second.read(lambda tx: tx.one(sql.value, key="a")) == {"value": "1"}
    second.close()


def test_a_home_with_spaces_and_signs(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a b%20c?d#e" / "ä ö.db")
    assert store.read(lambda tx: tx.all(sql["all"])) == []
    store.close()


def test_a_file_in_place_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("I am a file")
    message = refused(tmp_path / "home" / "x.db", errors.StoreUnavailable)
    assert "PREFECT_HOME" in message


def test_a_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.db").mkdir()
    refused(tmp_path / "x.db", errors.StoreUnavailable)


def test_a_text_in_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("Not a database, just some notes. " * 10)
    assert "not a SQLite database" in refused(tmp_path / "x.db", errors.StoreCorrupt)


def test_a_damaged_database_says_so_when_it_is_read(path: Path) -> None:
    SqliteStore(path).close()
    content = bytearray(path.read_bytes())
    content[100:] = os.urandom(len(content) - 100)
    path.write_bytes(bytes(content))
    store = SqliteStore(path)
    with pytest.raises(errors.StoreCorrupt, match="damaged"):
        store.read(lambda tx: tx.all(sql["all"]))
    store.close()


def test_the_database_of_another_program(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "prefect.db")
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    other.commit()
    other.close()
    assert "another program" in refused(tmp_path / "prefect.db", errors.StoreForeign)


def test_a_database_of_a_newer_version(path: Path) -> None:
    SqliteStore(path).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {migrate.LATEST + 1}")
    newer.commit()
    newer.close()
    assert "Upgrade" in refused(path, errors.StoreTooNew)


def test_an_older_database_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore(path).close()
    scripts = {migrate.LATEST + 1: "CREATE TABLE later (id TEXT)", migrate.LATEST + 2: "DROP TABLE later"}
    monkeypatch.setattr(migrate, "LATEST", migrate.LATEST + 2)
    monkeypatch.setattr(migrate, "script", scripts.__getitem__)
    SqliteStore(path).close()
    assert path.read_bytes()[60:64] == migrate.LATEST.to_bytes(4, "big")


def test_a_migration_that_fails_leaves_the_old_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    SqliteStore(path).close()
    version = migrate.LATEST
    monkeypatch.setattr(migrate, "LATEST", version + 1)
    monkeypatch.setattr(
        migrate, "script", lambda _: "CREATE TABLE later (id TEXT); CREATE TABLE later (id TEXT)"
    )
    with pytest.raises(errors.StoreError, match="already exists"):
        SqliteStore(path)
    monkeypatch.undo()
    SqliteStore(path).close()


def test_the_log_of_a_database_that_was_removed_is_not_taken_for_the_new_ones(path: Path) -> None:
    async def put(tx: Tx) -> None:
        await tx.run(sql.put, key="old", value="1")

    store = SqliteStore(path)
    store.write(put).result(10)
    left_over = path.with_name(path.name + "-wal").read_bytes()
    store.close()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(left_over)
    anew = SqliteStore(path)
    assert anew.read(lambda tx: tx.all(sql["all"])) == []
    anew.close()


def test_a_database_that_vanishes_is_an_error_and_no_new_one_is_made(path: Path) -> None:
    store = SqliteStore(path)
    shutil.rmtree(path.parent)
    with pytest.raises(errors.StoreUnavailable):
        store.read(lambda tx: tx.all(sql["all"]))
    assert not path.exists()
    store.close()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to become another user")
def test_a_home_that_cannot_be_written(
    path: Path, tmp_path: Path, python: Callable[..., subprocess.Popen[str]]
) -> None:
    SqliteStore(path).close()
    for folder in (*path.parents, path.parent):
        if folder.is_relative_to(tmp_path.parent.parent):
            folder.chmod(0o755)
    path.chmod(0o644)
    script = """
        import os, sys
        from prefect._base.errors import StoreUnavailable
        from prefect._store.sqlite import SqliteStore
        os.setuid(65534)
        for path in (sys.argv[1], os.path.dirname(sys.argv[1]) + "/new.db"):
            try:
                SqliteStore(path)
            except StoreUnavailable as error:
                print("PREFECT_HOME" in str(error))
    """
    out, error = python(script).communicate(timeout=60)
    assert out.split() == ["True", "True"], error
