"""Code is fetched from where it is: directories, Git repositories, file systems, blocks."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from pydantic import SecretStr

from prefect import flow
from prefect._code import credentials as logins
from prefect.blocks.core import BlockNotSavedError
from prefect.blocks.system import Secret
from prefect.exceptions import MissingFlowError
from prefect.filesystems import LocalFileSystem
from prefect.runner.storage import (
    BlockStorageAdapter,
    GitRepository,
    LocalStorage,
    RemoteStorage,
    RunnerStorage,
    create_storage_from_source,
)

FLOW = "from prefect import flow\nfrom neighbour import VALUE\n\n@flow\ndef work(): return VALUE\n"


def git(*arguments: str, cwd: Path) -> str:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a"}
    env = {**os.environ, **who, "GIT_COMMITTER_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


class Remote:
    """A bare repository, and a clone to fill it from."""

    def __init__(self, place: Path) -> None:
        self.bare = place / "project.git"
        self.own = place / "own"
        git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), cwd=place)
        git("clone", "--quiet", str(self.bare), str(self.own), cwd=place)
        git("checkout", "--quiet", "-B", "main", cwd=self.own)
        (self.own / "flows").mkdir()
        (self.own / "docs").mkdir()
        (self.own / "docs" / "page.md").write_text("page")
        (self.own / "flows" / "jobs.py").write_text(FLOW)
        self.url = self.bare.as_uri()

    def commit(self, value: int) -> str:
        (self.own / "flows" / "neighbour.py").write_text(f"VALUE = {value}\n")
        git("add", ".", cwd=self.own)
        git("commit", "--quiet", "-m", str(value), cwd=self.own)
        git("push", "--quiet", "origin", "HEAD", cwd=self.own)
        return git("rev-parse", "HEAD", cwd=self.own)


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    yield Remote(tmp_path)
    sys.modules.pop("neighbour", None)


def value_in(storage: RunnerStorage) -> str:
    return (storage.destination / "flows" / "neighbour.py").read_text().strip()


def pulled(storage: Any, place: Path) -> str:
    storage.set_base_path(place)
    asyncio.run(storage.pull_code())
    return value_in(storage)


# ------------------------------------------------------------------ Git


def test_a_clone_follows_its_branch(remote: Remote, tmp_path: Path) -> None:
    remote.commit(1)
    storage = GitRepository(remote.url)
    assert pulled(storage, tmp_path / "here") == "VALUE = 1"
    assert storage.destination == tmp_path / "here" / "project"
    remote.commit(2)
    (storage.destination / "flows" / "neighbour.py").write_text("changed by hand")
    assert pulled(storage, tmp_path / "here") == "VALUE = 2"
    assert asyncio.run(storage.is_shallow_clone())
    assert not asyncio.run(storage.is_sparsely_checked_out())
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["project"]


def test_another_branch(remote: Remote, tmp_path: Path) -> None:
    remote.commit(1)
    git("checkout", "--quiet", "-b", "side/way", cwd=remote.own)
    remote.commit(5)
    storage = GitRepository(remote.url, branch="side/way")
    assert pulled(storage, tmp_path / "here") == "VALUE = 5"
    assert storage.destination.name == "project-side-way"
    remote.commit(6)
    assert pulled(storage, tmp_path / "here") == "VALUE = 6"


def test_one_commit(remote: Remote, tmp_path: Path) -> None:
    first = remote.commit(1)
    second = remote.commit(2)
    storage = GitRepository(remote.url, commit_sha=first[:10], name="pinned")
    assert pulled(storage, tmp_path / "here") == "VALUE = 1"
    assert asyncio.run(storage.is_current_commit())
    third = remote.commit(3)
    assert pulled(storage, tmp_path / "here") == "VALUE = 1"
    for sha, value in ((second, 2), (third, 3)):
        moved = GitRepository(remote.url, commit_sha=sha, name="pinned")
        assert pulled(moved, tmp_path / "here") == f"VALUE = {value}"


def test_some_directories(remote: Remote, tmp_path: Path) -> None:
    remote.commit(1)
    storage = GitRepository(remote.url, directories=["flows"])
    assert pulled(storage, tmp_path / "here") == "VALUE = 1"
    assert not (storage.destination / "docs").exists()
    assert asyncio.run(storage.is_sparsely_checked_out())
    remote.commit(2)
    assert pulled(storage, tmp_path / "here") == "VALUE = 2"


def test_what_git_refuses(remote: Remote, tmp_path: Path) -> None:
    remote.commit(1)
    with pytest.raises(RuntimeError, match=r"`git clone` .* failed with exit code"):
        pulled(GitRepository(remote.url, branch="none"), tmp_path / "here")
    assert list((tmp_path / "here").iterdir()) == []
    assert pulled(GitRepository(remote.url, name="same"), tmp_path / "here")
    other = GitRepository("https://user:secret@localhost/other.git", name="same")
    with pytest.raises(ValueError, match="holds a clone of") as raised:
        pulled(other, tmp_path / "here")
    assert "secret" not in str(raised.value)
    with pytest.raises(ValueError, match="only one"):
        GitRepository(remote.url, branch="main", commit_sha="abcd")
    with pytest.raises(ValueError, match="Invalid commit SHA"):
        GitRepository(remote.url, commit_sha="main")
    with pytest.raises(ValueError, match="access token or password"):
        GitRepository(remote.url, credentials={"username": "me"})


@pytest.mark.parametrize(
    ("url", "credentials", "expected"),
    [
        ("https://github.com/a/b.git", {"access_token": "t"}, "t"),
        ("https://gitlab.com/a/b.git", {"access_token": SecretStr("t")}, "oauth2:t"),
        ("https://bitbucket.org/a/b.git", {"access_token": "t"}, "x-token-auth:t"),
        ("https://host/a.git", {"username": "me@x", "access_token": "t/+"}, "me%40x:t%2F%2B"),
        ("https://host/a.git", Secret(value="t"), "t"),
        ("https://host/a.git", Secret(value={"username": "me", "access_token": "t"}), "me:t"),
        ("git@host:a/b.git", {"access_token": "t"}, None),
        ("https://host/a.git", None, None),
    ],
)
def test_credentials_reach_git_by_its_environment(url: str, credentials: Any, expected: str | None) -> None:
    assert logins.login(url, credentials) == expected
    variables = logins.environment(url, credentials)
    if expected is None:
        assert variables == {"GIT_TERMINAL_PROMPT": "0"}
    else:
        assert variables["GIT_CONFIG_KEY_0"].startswith(f"url.https://{expected}@")
        assert expected not in logins.hidden(f"fatal: https://{expected}@host: {expected}", url, credentials)


def test_steps_of_git() -> None:
    url = "https://github.com/org/repo.git"
    name = "prefect.deployments.steps.git_clone"
    assert GitRepository(url).to_pull_step() == {name: {"repository": url, "branch": None}}
    Secret(value="t").save("my-token")  # type: ignore[unused-coroutine]
    token = Secret.load("my-token")
    whole = GitRepository(
        url,
        credentials={"username": "me", "access_token": token},
        commit_sha="abcdef12",
        include_submodules=True,
        directories=["a"],
    )
    assert whole.to_pull_step() == {
        name: {
            "repository": url,
            "branch": None,
            "commit_sha": "abcdef12",
            "directories": ["a"],
            "include_submodules": True,
            "credentials": {"username": "me", "access_token": "{{ prefect.blocks.secret.my-token }}"},
        }
    }
    by_block = GitRepository(url, credentials=token).to_pull_step()
    assert by_block[name]["credentials"] == "{{ prefect.blocks.secret.my-token }}"
    with pytest.raises(ValueError, match="Secret block"):
        GitRepository(url, credentials={"access_token": "t"}).to_pull_step()


# ------------------------------------------------------------------ elsewhere


def test_a_file_system(tmp_path: Path) -> None:
    files = fsspec.filesystem("memory")
    files.pipe("/bucket/code/flows/neighbour.py", b"VALUE = 3\n")
    storage = RemoteStorage("memory://bucket/code")
    try:
        assert pulled(storage, tmp_path) == "VALUE = 3"
        assert storage.destination == tmp_path / "bucket" / "code"
        with pytest.raises(RuntimeError, match="could not be copied"):
            pulled(RemoteStorage("memory://bucket/none"), tmp_path)
    finally:
        files.rm("/bucket", recursive=True)


def test_steps_of_file_systems() -> None:
    Secret(value="t").save("my-key")  # type: ignore[unused-coroutine]
    name = "prefect.deployments.steps.pull_from_remote_storage"
    found = RemoteStorage("s3://bucket/code", key=Secret.load("my-key"), anon=False).to_pull_step()
    expected = {"key": "{{ prefect.blocks.secret.my-key }}", "anon": False, "requires": "s3fs"}
    assert found == {name: {"url": "s3://bucket/code", **expected}}
    assert RemoteStorage("sftp://host/code").to_pull_step() == {name: {"url": "sftp://host/code"}}


def test_a_block(tmp_path: Path) -> None:
    source = tmp_path / "source" / "flows"
    source.mkdir(parents=True)
    (source / "neighbour.py").write_text("VALUE = 4\n")
    block = LocalFileSystem(basepath=str(tmp_path / "source"))
    with pytest.raises(BlockNotSavedError, match="must be saved"):
        BlockStorageAdapter(block).to_pull_step()
    block.save("my-code")
    storage = BlockStorageAdapter(block)
    assert pulled(storage, tmp_path / "here") == "VALUE = 4"
    assert storage.destination.name == "local-file-system-my-code"
    step = {"block_type_slug": "local-file-system", "block_document_name": "my-code"}
    assert storage.to_pull_step() == {"prefect.deployments.steps.pull_with_block": step}
    with pytest.raises(ValueError, match="get_directory"):
        BlockStorageAdapter(Secret(value="x"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("https://github.com/a/b.git", GitRepository("https://github.com/a/b.git")),
        ("git@github.com:a/b.git", GitRepository("git@github.com:a/b.git")),
        ("git://x/y", GitRepository("git://x/y")),
        ("s3://b/c", RemoteStorage("s3://b/c")),
        ("https://x.y/z", RemoteStorage("https://x.y/z")),
        ("./x", LocalStorage("x")),
        ("file:///tmp/x", LocalStorage("/tmp/x")),
    ],
)
def test_what_an_address_stands_for(source: str, expected: RunnerStorage) -> None:
    found = create_storage_from_source(source)
    assert isinstance(found, RunnerStorage)
    assert found == expected
    assert hash(found) == hash(expected)


# ------------------------------------------------------------------ flow.from_source


def test_a_flow_from_a_directory(remote: Remote) -> None:
    remote.commit(8)
    for source in (remote.own, str(remote.own), LocalStorage(remote.own)):
        found = flow.from_source(source, "flows/jobs.py:work")
        assert found() == 8
        assert (found._storage, found._entrypoint) == (LocalStorage(remote.own), "flows/jobs.py:work")
        assert found.with_options(name="other")._storage == found._storage


def test_a_flow_from_git_by_blocking_and_by_async_code(remote: Remote) -> None:
    remote.commit(9)
    found = flow.from_source(remote.url, "flows/jobs.py:work")
    assert found() == 9
    assert found._storage == GitRepository(remote.url)
    assert flow.from_source(GitRepository(remote.url, directories=["flows"]), "flows.jobs.work")() == 9

    async def fetch() -> list[Any]:
        return [
            await flow.from_source(remote.url, "flows/jobs.py:work"),
            await flow.afrom_source(remote.url, "flows/jobs.py:work"),
        ]

    assert [each() for each in asyncio.run(fetch())] == [9, 9]


def test_a_source_that_gives_nothing(remote: Remote) -> None:
    with pytest.raises(TypeError, match="from a int"):
        flow.from_source(5, "x.py:work")
    remote.commit(1)
    with pytest.raises(MissingFlowError, match="no function 'none'"):
        flow.from_source(remote.own, "flows/jobs.py:none")
    with pytest.raises(FileNotFoundError):
        flow.from_source(remote.own, "flows/none.py:work")
