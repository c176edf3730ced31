"""Files wherever fsspec reaches."""

from __future__ import annotations

import os
import urllib.parse
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from prefect._base import lazy
from prefect._base.dispatch import async_dispatch
from prefect.blocks._storage import (
    DOCUMENTATION,
    LOGOS,
    WritableDeploymentStorage,
    WritableFileSystem,
    in_thread,
    patterns,
)
from prefect.utilities.filesystem import filter_files

fsspec: Any = lazy.module("fsspec")


class RemoteFileSystem(WritableFileSystem, WritableDeploymentStorage):
    """
    Store data as a file on a remote file system.

    Supports any remote file system supported by `fsspec`. The file system is specified
    using a protocol. For example, "s3://my-bucket/my-folder/" will use S3.

    Example:
        Load stored remote file system config:
        ```python
        from prefect.filesystems import RemoteFileSystem

        remote_file_system_block = RemoteFileSystem.load("BLOCK_NAME")
        ```
    """

    _block_type_name = "Remote File System"
    _logo_url = f"{LOGOS}/filesystem.png"
    _documentation_url = DOCUMENTATION

    basepath: str = Field(
        default=...,
        description="Default path for this block to write to.",
        examples=["s3://my-bucket/my-folder/"],
    )
    settings: dict[str, Any] = Field(
        default_factory=dict, description="Additional settings to pass through to fsspec."
    )

    @field_validator("basepath")
    @classmethod
    def check_basepath(cls, value: str) -> str:
        """Require a scheme and a place."""
        return validate_basepath(value)

    @cached_property
    def filesystem(self) -> Any:
        """The file system of fsspec; raises `RuntimeError` if the package for the scheme is missing."""
        scheme = urllib.parse.urlsplit(self.basepath).scheme
        try:
            return fsspec.filesystem(scheme, **self.settings)
        except ImportError as error:
            raise RuntimeError(
                f"File system created with scheme {scheme!r} from base path {self.basepath!r} could not be"
                f" created. You are likely missing a Python module required to use the given storage"
                f" protocol: {error}"
            ) from error

    def _resolve_path(self, path: str) -> str:
        """The whole address of `path`; raises `ValueError` if it is outside of the base path."""
        base_scheme, base_host, base_path, _, _ = urllib.parse.urlsplit(self.basepath)
        scheme, host, own_path, _, _ = urllib.parse.urlsplit(path)
        if scheme or host:
            if not _is_inside(f"{scheme}://{host}{own_path}", self.basepath):
                raise ValueError(f"{path!r} is outside of the base path {self.basepath!r}.")
            return path
        whole = f"{base_path.rstrip('/')}/{_without_climbing(path)}"
        return f"{base_scheme}://{base_host}{whole}"

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """As :meth:`get_directory`, awaited."""
        await in_thread(self.fetch, from_path, local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a directory (by default the base path) to `local_path` (by default the working directory).

        In async code it returns a coroutine.
        """
        self.fetch(from_path, local_path)

    def fetch(self, from_path: str | None, local_path: str | None) -> None:
        """:meth:`get_directory`, blocking wherever it is called."""
        source = self.basepath if from_path is None else self._resolve_path(from_path)
        target = Path(local_path or ".").expanduser().resolve()
        if not source.endswith("/"):
            source += "/"  # the content of the directory, not the directory
        target.mkdir(parents=True, exist_ok=True)
        self.filesystem.get(source, f"{target}{os.sep}", recursive=True)

    async def aput_directory(
        self,
        local_path: str | None = None,
        to_path: str | None = None,
        ignore_file: str | None = None,
        overwrite: bool = True,
    ) -> int:
        """As :meth:`put_directory`, awaited."""
        return await in_thread(self.put, local_path, to_path, ignore_file, overwrite)

    @async_dispatch(aput_directory)
    def put_directory(
        self,
        local_path: str | None = None,
        to_path: str | None = None,
        ignore_file: str | None = None,
        overwrite: bool = True,
    ) -> int:
        """Copy a directory (by default the working directory) to `to_path` (by default the base path).

        What `ignore_file`, a file of the `.gitignore` kind, names is left out. Returns the number of files.
        In async code it returns a coroutine.
        """
        return self.put(local_path, to_path, ignore_file, overwrite)

    def put(
        self, local_path: str | None, to_path: str | None, ignore_file: str | None, overwrite: bool
    ) -> int:
        source = Path(local_path or ".").expanduser().resolve()
        target = self.basepath if to_path is None else self._resolve_path(to_path)
        ignored = patterns(None if ignore_file is None else Path(ignore_file))
        count = 0
        for relative in sorted(filter_files(str(source), ignored, include_dirs=False, as_posix=True)):
            address = f"{target.rstrip('/')}/{relative}"
            if overwrite or not self.filesystem.exists(address):
                self.filesystem.makedirs(address.rsplit("/", 1)[0], exist_ok=True)
                self.filesystem.put_file(str(source / relative), address)
                count += 1
        return count

    async def aread_path(self, path: str) -> bytes:
        """As :meth:`read_path`, awaited."""
        return await in_thread(self.read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:
        """The content of a file. In async code it returns a coroutine."""
        return self.read(path)

    def read(self, path: str) -> bytes:
        """:meth:`read_path`, blocking wherever it is called."""
        with self.filesystem.open(self._resolve_path(path), "rb") as file:
            return file.read()

    async def awrite_path(self, path: str, content: bytes) -> str:
        """As :meth:`write_path`, awaited."""
        return await in_thread(self.write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:
        """Write a file and return its address; directories are made. In async code it returns a coroutine."""
        return self.write(path, content)

    def write(self, path: str, content: bytes) -> str:
        """:meth:`write_path`, blocking wherever it is called."""
        address = self._resolve_path(path)
        self.filesystem.makedirs(address.rsplit("/", 1)[0], exist_ok=True)
        with self.filesystem.open(address, "wb") as file:
            file.write(content)
        return address


def _is_inside(address: str, base: str) -> bool:
    base = base.rstrip("/")
    return (address == base or address.startswith(f"{base}/")) and ".." not in address.split("/")


def _without_climbing(path: str) -> str:
    """`path` relative to the base; raises `ValueError` for one that leads out of it."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                raise ValueError(f"{path!r} is outside of the base path.")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def validate_basepath(value: str) -> str:
    """The address itself; raises `ValueError` unless it has a scheme, not that of files, and a place."""
    scheme, host, _, _, _ = urllib.parse.urlsplit(value)
    if not scheme:
        raise ValueError(
            f"The base path begins with a scheme, as in 's3://my-bucket/folder'; {value!r} has none."
        )
    if scheme == "file":
        raise ValueError("The base path is one of this machine: use `LocalFileSystem`.")
    if not host:
        raise ValueError(f"The base path names a place behind the scheme; {value!r} has none.")
    return value
