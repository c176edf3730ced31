"""Places to keep files."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from prefect import filesystems, flow, task
from prefect.exceptions import PrefectImportError
from prefect.filesystems import SMB, LocalFileSystem, RemoteFileSystem


@pytest.fixture
def local(tmp_path: Path) -> LocalFileSystem:
    return LocalFileSystem(basepath=str(tmp_path / "base"))


@pytest.fixture
def remote() -> RemoteFileSystem:
    return RemoteFileSystem(basepath=f"memory://{uuid.uuid4()}")


@pytest.fixture(params=["local", "remote"])
def files(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_files_are_read_back(files: Any) -> None:
    address = files.write_path("a/b.txt", b"x")
    assert files.read_path("a/b.txt") == b"x"
    assert files.read_path(address) == b"x"
    assert asyncio.run(_async(files)) == b"y"
    assert type(files).__module__ == "prefect.filesystems"


async def _async(files: Any) -> bytes:
    await files.write_path("a/b.txt", b"y")
    return await files.aread_path("a/b.txt")


def test_directories_go_there_and_back(files: Any, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "deep").mkdir(parents=True)
    (source / "a.txt").write_text("a")
    (source / "deep" / "b.txt").write_text("b")
    (source / "left.log").write_text("l")
    ignore = tmp_path / "ignore"
    ignore.write_text("*.log\n")
    files.put_directory(local_path=str(source), to_path="kept", ignore_file=str(ignore))
    assert files.read_path("kept/deep/b.txt") == b"b"
    files.get_directory(from_path="kept", local_path=str(target))
    found = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert found == {"a.txt", "deep/b.txt"}


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x"])
def test_local_paths_stay_inside(local: LocalFileSystem, path: str) -> None:
    with pytest.raises(ValueError, match="outside of the base path"):
        local.read_path(path)
    with pytest.raises(ValueError, match="outside of the base path"):
        local.write_path(path, b"")


@pytest.mark.parametrize("path", ["../x", "memory://other/x", "a/../../x"])
def test_remote_paths_stay_inside(remote: RemoteFileSystem, path: str) -> None:
    with pytest.raises(ValueError, match="outside of the base path"):
        remote.read_path(path)


def test_what_is_no_file(local: LocalFileSystem) -> None:
    local.write_path("a/b", b"")
    with pytest.raises(ValueError, match="no file at"):
        local.read_path("nope")
    with pytest.raises(ValueError, match="is no file"):
        local.read_path("a")


def test_a_prefectignore_is_honoured(local: LocalFileSystem, tmp_path: Path) -> None:
    local.write_path(".prefectignore", b"*.log\n")
    local.write_path("x.log", b"")
    local.write_path("x.py", b"")
    local.get_directory(local_path=str(tmp_path / "target"))
    assert (tmp_path / "target" / "x.py").exists()
    assert not (tmp_path / "target" / "x.log").exists()


@pytest.mark.parametrize("basepath", ["nope", "file:///x", "s3://"])
def test_base_paths_that_cannot_be(basepath: str) -> None:
    with pytest.raises(ValidationError, match=r"scheme|LocalFileSystem"):
        RemoteFileSystem(basepath=basepath)


def test_a_scheme_without_its_package() -> None:
    with pytest.raises(RuntimeError, match="missing a Python module"):
        _ = SMB(share_path="/share", smb_host="h").filesystem.filesystem


def test_shares() -> None:
    smb = SMB(share_path="/share/dir", smb_host="host", smb_username="u")  # pyright: ignore[reportArgumentType]
    assert smb.basepath == "smb://host/share/dir"
    assert smb.filesystem.settings == {"host": "host", "port": 445, "username": "u"}


def test_what_has_moved() -> None:
    with pytest.raises(PrefectImportError, match="prefect_aws"):
        _ = filesystems.S3  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]


def test_saved_storages_keep_results(local: LocalFileSystem, tmp_path: Path) -> None:
    local.save("results")
    calls: list[int] = []

    @task(persist_result=True, result_storage="local-file-system/results", result_storage_key="k")
    def once() -> int:
        calls.append(1)
        return 42

    @flow(persist_result=True, result_storage=LocalFileSystem.load("results"))
    def outer() -> int:
        return once()

    assert (outer(), outer()) == (42, 42)
    assert len(calls) == 1
    assert (tmp_path / "base" / "k").exists()

    @flow(persist_result=True, result_storage="local-file-system/results")
    async def awaiting() -> int:
        return 7

    state: Any = asyncio.run(awaiting(return_state=True))
    assert asyncio.run(state.aresult()) == 7


def test_a_storage_that_was_not_saved(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="save"):

        @task(result_storage=LocalFileSystem(basepath=str(tmp_path)))
        def some() -> None: ...
