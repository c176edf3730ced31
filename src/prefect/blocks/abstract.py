"""Interfaces of blocks: what credentials, notifications, jobs, databases and stores have in common."""

from __future__ import annotations

import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Generator
from logging import Logger
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Generic, Self, TypeAlias, TypeVar

from prefect.blocks.core import Block
from prefect.exceptions import MissingContextError
from prefect.logging.loggers import get_logger, get_run_logger

__all__ = [
    "CredentialsBlock",
    "DatabaseBlock",
    "JobBlock",
    "JobRun",
    "NotificationBlock",
    "NotificationError",
    "ObjectStorageBlock",
    "SecretBlock",
]

LoggerOrAdapter: TypeAlias = "Logger | logging.LoggerAdapter[Any]"
T = TypeVar("T")


def _logger_of(instance: object) -> LoggerOrAdapter:
    """The logger of the run at hand, else one with the name of the class."""
    try:
        return get_run_logger()
    except MissingContextError:
        return get_logger(type(instance).__name__)


class CredentialsBlock(Block, ABC):
    """Credentials for some service."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the block's own."""
        return _logger_of(self)

    @abstractmethod
    def get_client(self, *args: Any, **kwargs: Any) -> Any:
        """A client of the service that uses the credentials."""


class NotificationError(Exception):
    """A notification could not be sent; `log` says what the service answered."""

    def __init__(self, log: str) -> None:
        super().__init__(log)
        self.log = log


class NotificationBlock(Block, ABC):
    """A way to tell people something."""

    _block_schema_capabilities: ClassVar[list[str] | None] = ["notify"]

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the block's own."""
        return _logger_of(self)

    @abstractmethod
    async def notify(self, body: str, subject: str | None = None) -> None:
        """Send a message."""

    _raise_on_failure: bool = False

    @contextlib.contextmanager
    def raise_on_failure(self) -> Generator[None]:
        """Inside the block, a message that cannot be sent raises `NotificationError`."""
        before, self._raise_on_failure = self._raise_on_failure, True
        try:
            yield
        finally:
            self._raise_on_failure = before


class JobRun(ABC, Generic[T]):
    """A job that was started somewhere."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the job's own."""
        return _logger_of(self)

    @abstractmethod
    async def wait_for_completion(self) -> Any:
        """Wait until the job has ended."""

    @abstractmethod
    async def fetch_result(self) -> T:
        """What the job has produced."""


class JobBlock(Block, ABC, Generic[T]):
    """A kind of job that can be started."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the block's own."""
        return _logger_of(self)

    @abstractmethod
    async def trigger(self) -> JobRun[T]:
        """Start the job."""


class DatabaseBlock(Block, ABC):
    """A database that speaks SQL or something like it."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the block's own."""
        return _logger_of(self)

    @abstractmethod
    async def fetch_one(
        self, operation: str, parameters: dict[str, Any] | None = None, **execution_kwargs: Any
    ) -> tuple[Any, ...]:
        """The first row that the operation finds."""

    @abstractmethod
    async def fetch_many(
        self,
        operation: str,
        parameters: dict[str, Any] | None = None,
        size: int | None = None,
        **execution_kwargs: Any,
    ) -> list[tuple[Any, ...]]:
        """Up to `size` rows that the operation finds."""

    @abstractmethod
    async def fetch_all(
        self, operation: str, parameters: dict[str, Any] | None = None, **execution_kwargs: Any
    ) -> list[tuple[Any, ...]]:
        """All rows that the operation finds."""

    @abstractmethod
    async def execute(
        self, operation: str, parameters: dict[str, Any] | None = None, **execution_kwargs: Any
    ) -> None:
        """Carry out an operation that finds nothing."""

    @abstractmethod
    async def execute_many(
        self, operation: str, seq_of_parameters: list[dict[str, Any]], **execution_kwargs: Any
    ) -> None:
        """Carry out an operation once for each of the parameters."""

    async def __aenter__(self) -> Self:
        raise NotImplementedError(f"{type(self).__name__} cannot be used with `async with`.")

    async def __aexit__(self, *args: Any) -> None:
        raise NotImplementedError(f"{type(self).__name__} cannot be used with `async with`.")

    def __enter__(self) -> Self:
        raise NotImplementedError(f"{type(self).__name__} cannot be used with `with`.")

    def __exit__(self, *args: Any) -> None:
        raise NotImplementedError(f"{type(self).__name__} cannot be used with `with`.")


class ObjectStorageBlock(Block, ABC):
    """A store of objects by their paths."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the block's own."""
        return _logger_of(self)

    @abstractmethod
    async def download_object_to_path(
        self, from_path: str, to_path: str | Path, **download_kwargs: Any
    ) -> Path:
        """Write an object into a file; returns the file's path."""

    @abstractmethod
    async def download_object_to_file_object(
        self, from_path: str, to_file_object: BinaryIO, **download_kwargs: Any
    ) -> BinaryIO:
        """Write an object into an open file."""

    @abstractmethod
    async def download_folder_to_path(
        self, from_folder: str, to_folder: str | Path, **download_kwargs: Any
    ) -> Path:
        """Write the objects of a folder into a directory; returns the directory's path."""

    @abstractmethod
    async def upload_from_path(self, from_path: str | Path, to_path: str, **upload_kwargs: Any) -> str:
        """Store a file as an object; returns the object's path."""

    @abstractmethod
    async def upload_from_file_object(
        self, from_file_object: BinaryIO, to_path: str, **upload_kwargs: Any
    ) -> str:
        """Store an open file as an object; returns the object's path."""

    @abstractmethod
    async def upload_from_folder(self, from_folder: str | Path, to_folder: str, **upload_kwargs: Any) -> str:
        """Store the files of a directory as objects; returns the folder's path."""


class SecretBlock(Block, ABC):
    """A secret that some service keeps."""

    @property
    def logger(self) -> LoggerOrAdapter:
        """The logger of the run at hand, else one of the block's own."""
        return _logger_of(self)

    @abstractmethod
    async def read_secret(self) -> bytes:
        """The secret as the service has it."""

    @abstractmethod
    async def write_secret(self, secret_data: bytes) -> str:
        """Give the service a new secret; returns its place."""
