"""Results as files of this machine: written whole or not at all, and readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

_PRIVATE_DIR = 0o700


class NoSuchPath(FileNotFoundError, ValueError):
    """There is no file at this path of the storage."""


class LocalStorage:
    """Files below one directory. Paths are relative to it; an absolute path must lie inside it.

    Stored results are unpickled when they are read, so files get mode 0600 and new directories 0700.
    """

    __slots__ = ("_base",)

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._base = Path(root).expanduser().absolute()

    @property
    def basepath(self) -> str:
        return str(self._base)

    def resolve(self, path: str | os.PathLike[str]) -> Path:
        """The absolute path of `path`; raises `ValueError` if it lies outside of the storage."""
        base = self._base.resolve()
        full = (base / Path(path).expanduser()).resolve()
        if full != base and base not in full.parents:
            raise ValueError(f"The path {str(path)!r} is outside of the storage at {self.basepath}.")
        return full

    def exists(self, path: str | os.PathLike[str]) -> bool:
        return self.resolve(path).is_file()

    def read_path(self, path: str | os.PathLike[str]) -> bytes:
        """The content of a file; raises `NoSuchPath` if there is none."""
        full = self.resolve(path)
        try:
            return full.read_bytes()
        except (FileNotFoundError, IsADirectoryError) as error:
            raise NoSuchPath(f"There is no file at {full}.") from error

    def write_path(self, path: str | os.PathLike[str], content: bytes) -> str:
        """Put `content` at `path` in one step and return the absolute path.

        Whoever reads at the same time, or after a crash, finds the old content or the new one, never a part.
        """
        return self.write_pieces(path, lambda put: put(content))

    def write_pieces(
        self, path: str | os.PathLike[str], produce: Callable[[Callable[[bytes], object]], object]
    ) -> str:
        """:meth:`write_path` of what `produce` gives, piece by piece, to the function that it is called with.

        If it raises, the old content stays.
        """
        full = self.resolve(path)
        _make_private(full.parent)
        handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=full.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                produce(file.write)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, full)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return str(full)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalStorage) and self._base == other._base

    def __hash__(self) -> int:
        return hash(self._base)

    def __repr__(self) -> str:
        return f"LocalStorage({self.basepath!r})"


class NullFileSystem:
    """A storage that keeps nothing; as metadata storage it means that results are written without
    metadata.
    """

    async def read_path(self, path: str) -> None:
        return None

    async def write_path(self, path: str, content: bytes) -> None:
        return None

    async def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        return None

    async def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NullFileSystem)

    def __hash__(self) -> int:
        return hash(NullFileSystem)

    def __repr__(self) -> str:
        return "NullFileSystem()"


NullFileSystem.__module__ = "prefect.filesystems"


def _make_private(directory: Path) -> None:
    """Make `directory` and the missing ones above it, each for its owner only."""
    missing: list[Path] = []
    while not directory.exists():
        missing.append(directory)
        directory = directory.parent
    for path in reversed(missing):
        path.mkdir(mode=_PRIVATE_DIR, exist_ok=True)
