"""Files of this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pydantic import Field, field_validator

from prefect._base.dispatch import async_dispatch
from prefect._base.ids import new_key
from prefect.blocks._storage import (
    DOCUMENTATION,
    LOGOS,
    WritableDeploymentStorage,
    WritableFileSystem,
    in_thread,
    patterns,
)
from prefect.utilities.filesystem import filter_files


class LocalFileSystem(WritableFileSystem, WritableDeploymentStorage):
    """
    Store data as a file on a local file system.

    Example:
        Load stored local file system config:
        ```python
        from prefect.filesystems import LocalFileSystem

        local_file_system_block = LocalFileSystem.load("BLOCK_NAME")
        ```
    """

    _block_type_name = "Local File System"
    _logo_url = f"{LOGOS}/filesystem.png"
    _documentation_url = DOCUMENTATION

    basepath: str | None = Field(default=None, description="Default local path for this block to write to.")

    @field_validator("basepath", mode="before")
    @classmethod
    def cast_pathlib(cls, value: str | Path | None) -> str | None:
        """Take a `Path` for its text."""
        return str(value) if isinstance(value, Path) else value

    def _resolve_path(self, path: str | Path, validate: bool = False) -> Path:
        """The absolute path of `path`; raises `ValueError` if it leads out of the base path."""
        if self.basepath is None:
            return Path(path).expanduser().resolve()
        base = Path(self.basepath).expanduser().resolve()
        full = (base / Path(path).expanduser()).resolve()
        if full != base and base not in full.parents:
            raise ValueError(f"The path {full} is outside of the base path {base}.")
        return full

    async def aget_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """As :meth:`get_directory`, awaited."""
        await in_thread(self._get_directory, from_path, local_path)

    @async_dispatch(aget_directory)
    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a directory (by default the base path) to `local_path` (by default the working directory).

        What a `.prefectignore` in it names is left out. In async code it returns a coroutine.
        """
        self._get_directory(from_path, local_path)

    def _get_directory(self, from_path: str | None, local_path: str | None) -> None:
        source = self._resolve_path(from_path or self.basepath or ".")
        target = Path(local_path or ".").expanduser().resolve()
        if source != target:
            _copy_tree(source, target, source / ".prefectignore")

    async def aput_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """As :meth:`put_directory`, awaited."""
        await in_thread(self._put_directory, local_path, to_path, ignore_file)

    @async_dispatch(aput_directory)
    def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy a directory (by default the working directory) to `to_path` (by default the base path).

        What `ignore_file`, a file of the `.gitignore` kind, names is left out. In async code it returns a
        coroutine.
        """
        self._put_directory(local_path, to_path, ignore_file)

    def _put_directory(self, local_path: str | None, to_path: str | None, ignore_file: str | None) -> None:
        source = Path(local_path or ".").expanduser().resolve()
        target = self._resolve_path(to_path or self.basepath or ".")
        if source != target:
            _copy_tree(source, target, None if ignore_file is None else Path(ignore_file))

    async def aread_path(self, path: str) -> bytes:
        """As :meth:`read_path`, awaited."""
        return await in_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: str) -> bytes:
        """The content of a file; raises `ValueError` if there is none.

        In async code it returns a coroutine.
        """
        return self._read(path)

    def _read(self, path: str) -> bytes:
        full = self._resolve_path(path)
        if not full.exists():
            raise ValueError(f"There is no file at {full}.")
        if not full.is_file():
            raise ValueError(f"{full} is no file.")
        return full.read_bytes()

    async def awrite_path(self, path: str, content: bytes) -> str:
        """As :meth:`write_path`, awaited."""
        return await in_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: str, content: bytes) -> str:
        """Write a file and return its absolute path; directories are made.

        In async code it returns a coroutine.
        """
        return self._write(path, content)

    def _write(self, path: str, content: bytes) -> str:
        full = self._resolve_path(path)
        full.parent.mkdir(parents=True, exist_ok=True)
        temporary = full.with_name(f".{full.name}.{new_key()}.writing")
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # or power could be lost with the new name and none of the content
            os.replace(temporary, full)
        finally:
            temporary.unlink(missing_ok=True)
        return str(full)


def _copy_tree(source: Path, target: Path, ignore_file: Path | None) -> None:
    """Copy the files of a directory, but for those that the file of patterns names."""
    if not source.is_dir():
        raise ValueError(f"There is no directory at {source}.")
    # a target inside the source is not copied into itself
    for relative in sorted(filter_files(str(source), patterns(ignore_file))):
        path = source / relative
        if path == target or target in path.parents:
            continue
        if path.is_dir():
            (target / relative).mkdir(parents=True, exist_ok=True)
        else:
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / relative)
    target.mkdir(parents=True, exist_ok=True)
