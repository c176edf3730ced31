"""The interfaces of places to keep files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from prefect._base.ports import AWAITING
from prefect.blocks.core import Block

T = TypeVar("T")

LOGOS = "https://raw.githubusercontent.com/PrefectHQ/prefect/420d0d6a78bb6df1fc18bcf188fdad43c1d22ea9/assets/block-logos"
DOCUMENTATION = "https://docs.prefect.io/latest/develop/results#specifying-a-default-filesystem"


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Call a function that blocks on I/O while the event loop goes on."""
    return await AWAITING.run(function, *args)


def patterns(file: Path | None) -> list[str]:
    """The lines of a file of the `.gitignore` kind; none if there is no such file."""
    if file is None or not file.is_file():
        return []
    return file.read_text(encoding="utf-8").splitlines()


class ReadableFileSystem(Block, ABC):
    """A place that files can be read from."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["read-path"]

    @abstractmethod
    async def read_path(self, path: str) -> bytes:
        """The content of a file."""


class WritableFileSystem(Block, ABC):
    """A place that files can be read from and written to."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["read-path", "write-path"]

    @abstractmethod
    async def read_path(self, path: str) -> bytes:
        """The content of a file."""

    @abstractmethod
    async def write_path(self, path: str, content: bytes) -> None:
        """Write a file."""


class ReadableDeploymentStorage(Block, ABC):
    """A place that the code of deployments can be fetched from."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["get-directory"]

    @abstractmethod
    async def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a directory from there to here."""


class WritableDeploymentStorage(Block, ABC):
    """A place that the code of deployments can be fetched from and put to."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["get-directory", "put-directory"]

    @abstractmethod
    async def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy a directory from there to here."""

    @abstractmethod
    async def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy a directory from here to there."""
