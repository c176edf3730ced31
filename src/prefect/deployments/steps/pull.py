"""Steps that bring the code of a flow to the process that runs it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect._code.git import GitRepository
from prefect._code.storage import BlockStorageAdapter, RemoteStorage
from prefect.logging.loggers import get_logger
from prefect.utilities.asyncutils import run_coro_as_sync

blocks: Any = lazy.module("prefect.blocks.core")

__all__ = [
    "agit_clone",
    "git_clone",
    "pull_from_remote_storage",
    "pull_with_block",
    "set_working_directory",
]

_TRIES, _BETWEEN_S = 3, 1.0
logger = get_logger("deployment")


def set_working_directory(directory: str) -> dict[str, str]:
    """Go to a directory of the machine that the flow runs on."""
    os.chdir(directory)
    return {"directory": directory}


async def agit_clone(
    repository: str,
    branch: str | None = None,
    commit_sha: str | None = None,
    include_submodules: bool = False,
    access_token: str | None = None,
    credentials: Any | None = None,
    directories: list[str] | None = None,
    clone_directory_name: str | None = None,
) -> dict[str, str]:
    """Clone a Git repository; see :func:`git_clone`."""
    if access_token and credentials:
        raise ValueError("Give either `access_token` or `credentials`, not both.")
    storage = GitRepository(
        repository,
        credentials=credentials or ({"access_token": access_token} if access_token else None),
        name=clone_directory_name,
        branch=branch,
        commit_sha=commit_sha,
        include_submodules=include_submodules,
        directories=directories,
    )
    for tried in range(1, _TRIES + 1):
        try:
            await storage.pull_code()
            break
        except RuntimeError as error:
            if tried == _TRIES:
                raise
            logger.warning("%s Trying again.", error)
            await asyncio.sleep(_BETWEEN_S * tried)
    return {"directory": _from_here(storage.destination)}


@async_dispatch(agit_clone)
def git_clone(
    repository: str,
    branch: str | None = None,
    commit_sha: str | None = None,
    include_submodules: bool = False,
    access_token: str | None = None,
    credentials: Any | None = None,
    directories: list[str] | None = None,
    clone_directory_name: str | None = None,
) -> Any:
    """Clone a Git repository below the working directory; its `directory` is the output.

    :param repository: what ``git clone`` takes
    :param branch: a branch or tag, by default what the server offers
    :param commit_sha: a commit, instead of a branch
    :param include_submodules: clone them, too
    :param access_token: a token for the server
    :param credentials: a block with such a token, instead
    :param directories: clone no more than these
    :param clone_directory_name: the directory to clone to; by default named after repository and branch

    It is tried three times. Raises `RuntimeError` if Git fails, without the token in its message.
    """
    return run_coro_as_sync(
        agit_clone(
            repository,
            branch,
            commit_sha,
            include_submodules,
            access_token,
            credentials,
            directories,
            clone_directory_name,
        )
    )


async def pull_from_remote_storage(url: str, **settings: Any) -> dict[str, Any]:
    """Copy a directory from wherever fsspec reaches; `settings` are options of the file system."""
    storage = RemoteStorage(url, **settings)
    await storage.pull_code()
    logger.info("Pulled code from %r into %r", url, str(storage.destination))
    return {"directory": _from_here(storage.destination)}


async def pull_with_block(block_document_name: str, block_type_slug: str) -> dict[str, Any]:
    """Have a saved block download its directory; raises `ValueError` if it cannot be had or has none."""
    reference = f"{block_type_slug}/{block_document_name}"
    try:
        block = await blocks.Block.aload(reference)
    except Exception as error:
        raise ValueError(f"The block {reference!r} cannot be loaded: {error}") from error
    storage = BlockStorageAdapter(block)
    await storage.pull_code()
    return {"directory": _from_here(storage.destination)}


def _from_here(directory: Path) -> str:
    here = Path.cwd()
    return str(directory.relative_to(here)) if directory.is_relative_to(here) else str(directory)
