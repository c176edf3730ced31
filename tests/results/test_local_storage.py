"""Files of results: private, whole or not at all, and never outside of their directory."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from prefect._engine.persist.local_storage import LocalStorage


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "results")
    assert not storage.exists("a/b")
    written = storage.write_path("a/b", b"content")
    assert written == str(tmp_path / "results/a/b")
    assert storage.read_path("a/b") == storage.read_path(written) == b"content"
    assert storage.exists("a/b")
    assert not storage.exists("a")


def test_files_and_directories_are_the_owners(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        LocalStorage(tmp_path / "results").write_path("deep/er/file", b"")
    finally:
        os.umask(before)
    assert mode(tmp_path / "results/deep/er/file") == 0o600
    for directory in ("results", "results/deep", "results/deep/er"):
        assert mode(tmp_path / directory) == 0o700


def test_a_directory_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    shared.chmod(0o755)
    LocalStorage(shared).write_path("file", b"")
    assert mode(shared) == 0o755


@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/passwd", "~/out"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, path: str) -> None:
    storage = LocalStorage(tmp_path / "results")
    for operation in (storage.read_path, storage.exists, lambda p: storage.write_path(p, b"")):
        with pytest.raises(ValueError, match="outside"):
            operation(path)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results/link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="outside"):
        LocalStorage(tmp_path / "results").write_path("link/out", b"")


def test_a_missing_file_is_both_kinds_of_error(tmp_path: Path) -> None:
    for error in (ValueError, FileNotFoundError):
        with pytest.raises(error, match="no file"):
            LocalStorage(tmp_path).read_path("nothing")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_is_cut_short_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    storage = LocalStorage(tmp_path)
    storage.write_path("file", b"old")

    def fail(*args: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="full"):
        storage.write_path("file", b"new" * 1000)
    assert storage.read_path("file") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_readers_never_see_a_part(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    contents = [bytes([n]) * 200_000 for n in range(4)]
    storage.write_path("file", contents[0])
    done = threading.Event()
    torn: list[int] = []

    def read() -> None:
        while not done.is_set():
            content = storage.read_path("file")
            if content not in contents:
                torn.append(len(content))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(60):
        storage.write_path("file", contents[n % 4])
    done.set()
    for reader in readers:
        reader.join()
    assert not torn
