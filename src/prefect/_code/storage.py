"""Places that code is taken from: directories, whatever fsspec reaches, blocks."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit
from urllib.request import url2pathname

from prefect._base import lazy
from prefect._code import credentials
from prefect._code.git import GitRepository

fsspec: Any = lazy.module("fsspec")

_PACKAGE_OF_SCHEME = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}


@runtime_checkable
class RunnerStorage(Protocol):
    """Where the code of a flow is; a class with these attributes can be given to `flow.from_source`."""

    def set_base_path(self, path: Path) -> None:
        """Put the code below `path`."""
        ...

    @property
    def pull_interval(self) -> int | None:
        """Seconds between pulls while flows are served from it; None for never again."""
        ...

    @property
    def destination(self) -> Path:
        """The directory of the code once it is pulled."""
        ...

    async def pull_code(self) -> None:
        """Bring the code to `destination`, up to date."""
        ...

    def to_pull_step(self) -> dict[str, Any] | list[dict[str, Any]]:
        """The step by which a worker does the same."""
        ...

    def __eq__(self, value: Any, /) -> bool: ...


class LocalStorage:
    """Code in a directory of this machine, used where it is.

    :param pull_interval: not used; here like everywhere
    """

    def __init__(self, path: str | Path, pull_interval: int | None = None) -> None:
        self._path = Path(path).resolve()
        self._pull_interval = pull_interval

    @property
    def destination(self) -> Path:
        return self._path

    def set_base_path(self, path: Path) -> None:
        """Nothing: the code stays where it is."""

    @property
    def pull_interval(self) -> int | None:
        return self._pull_interval

    async def pull_code(self) -> None:
        """Nothing: the code is there."""

    def to_pull_step(self) -> dict[str, Any]:
        return {"prefect.deployments.steps.set_working_directory": {"directory": str(self.destination)}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalStorage) and self._path == other._path

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        return f"LocalStorage(path={self._path!r})"


class RemoteStorage:
    """Code wherever fsspec reaches: ``s3://bucket/folder``, ``gs://...``, ``sftp://...``.

    :param settings: options of the file system; values may be blocks, which are saved by reference
    """

    def __init__(self, url: str, pull_interval: int | None = 60, **settings: Any) -> None:
        self._url = url
        self._pull_interval = pull_interval
        self._settings = settings
        self._base_path = Path.cwd()

    def set_base_path(self, path: Path) -> None:
        self._base_path = path

    @property
    def pull_interval(self) -> int | None:
        return self._pull_interval

    @property
    def destination(self) -> Path:
        parts = urlsplit(self._url)
        return self._base_path / parts.netloc / parts.path.strip("/")

    async def pull_code(self) -> None:
        """Copy everything below the address; raises `RuntimeError` if that fails."""
        await asyncio.to_thread(self._pull)

    def _pull(self) -> None:
        settings = {name: _plain(value) for name, value in self._settings.items()}
        self.destination.mkdir(parents=True, exist_ok=True)
        try:
            files, root = fsspec.core.url_to_fs(self._url, **settings)
            files.get(f"{str(root).rstrip('/')}/", f"{self.destination}/", recursive=True)
        except ImportError as error:
            needed = _PACKAGE_OF_SCHEME.get(urlsplit(self._url).scheme, "the package for its scheme")
            raise RuntimeError(f"{self._url!r} cannot be read: install {needed}.") from error
        except Exception as error:
            raise RuntimeError(f"The code at {self._url!r} could not be copied: {error!r}") from error

    def to_pull_step(self) -> dict[str, Any]:
        step: dict[str, Any] = {"url": self._url}
        for name, value in self._settings.items():
            step[name] = credentials.reference(value) if credentials.is_block(value) else value
        package = _PACKAGE_OF_SCHEME.get(urlsplit(self._url).scheme)
        if package is not None:
            step["requires"] = package
        return {"prefect.deployments.steps.pull_from_remote_storage": step}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemoteStorage) and (self._url, self._settings) == (
            other._url,
            other._settings,
        )

    def __hash__(self) -> int:
        return hash(self._url)

    def __repr__(self) -> str:
        return f"RemoteStorage(url={self._url!r})"


def _plain(value: Any) -> Any:
    """The value of a setting: that of a block with a ``get``, else itself."""
    return value.get() if credentials.is_block(value) and hasattr(value, "get") else value


class BlockStorageAdapter:
    """Code where a block that can download a directory has it."""

    def __init__(self, block: Any, pull_interval: int | None = 60) -> None:
        if not hasattr(block, "get_directory"):
            raise ValueError("The block must have a method `get_directory`.")
        self._block = block
        self._pull_interval = pull_interval
        self._base_path = Path.cwd()
        saved = getattr(block, "_block_document_name", None)
        slug = block.get_block_type_slug() if credentials.is_block(block) else type(block).__name__.lower()
        self._name = f"{slug}-{saved}" if saved else str(slug)

    def set_base_path(self, path: Path) -> None:
        self._base_path = path

    @property
    def pull_interval(self) -> int | None:
        return self._pull_interval

    @property
    def destination(self) -> Path:
        return self._base_path / self._name

    async def pull_code(self) -> None:
        """Have the block download its directory."""
        self.destination.mkdir(parents=True, exist_ok=True)
        done = self._block.get_directory(local_path=str(self.destination))
        if inspect.isawaitable(done):
            await done

    def to_pull_step(self) -> dict[str, Any]:
        """The step of the block itself if it has one; raises `BlockNotSavedError` for one never saved."""
        if hasattr(self._block, "get_pull_step"):
            return self._block.get_pull_step()
        credentials.reference(self._block)
        return {
            "prefect.deployments.steps.pull_with_block": {
                "block_type_slug": self._block.get_block_type_slug(),
                "block_document_name": self._block._block_document_name,
            }
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BlockStorageAdapter) and self._block == other._block

    __hash__ = object.__hash__


def create_storage_from_source(source: str, pull_interval: int | None = 60) -> RunnerStorage:
    """The storage for an address: a Git repository, something that fsspec reaches, or a local path."""
    parts = urlsplit(source)
    if parts.scheme == "git" or parts.path.endswith(".git"):
        return GitRepository(source, pull_interval=pull_interval)
    if parts.scheme == "file":
        return LocalStorage(url2pathname(parts.path), pull_interval=pull_interval)
    if "://" in source:
        return RemoteStorage(source, pull_interval=pull_interval)
    return LocalStorage(source, pull_interval=pull_interval)


for _public in (RunnerStorage, LocalStorage, RemoteStorage, BlockStorageAdapter, create_storage_from_source):
    _public.__module__ = "prefect.runner.storage"
