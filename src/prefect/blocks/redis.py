"""Keeping files in Redis."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr

from prefect._base.dispatch import async_dispatch
from prefect.blocks._storage import LOGOS, WritableFileSystem, in_thread


class RedisStorageContainer(WritableFileSystem):
    """
    Block used to interact with Redis as a filesystem

    Attributes:
        host (str): The value to store.
        port (int): The value to store.
        db (int): The value to store.
        username (str): The value to store.
        password (str): The value to store.
        connection_string (str): The value to store.

    Example:
        Create a new block from hostname, username and password:
        ```python
        from prefect.blocks.redis import RedisStorageContainer

        block = RedisStorageContainer.from_host(
            host="myredishost.com", username="redis", password="SuperSecret")
        block.save("BLOCK_NAME")
        ```

        Create a new block from a connection string
        ```python
        from prefect.blocks.redis import RedisStorageContainer
        block = RedisStorageContainer.from_connection_string("redis://redis:SuperSecret@myredishost.com:6379")
        block.save("BLOCK_NAME")
        ```
    """

    _logo_url = f"{LOGOS}/redis.png"

    host: str | None = Field(default=None, description="Redis hostname")
    port: int = Field(default=6379, description="Redis port")
    db: int = Field(default=0, description="Redis DB index")
    username: SecretStr | None = Field(default=None, description="Redis username")
    password: SecretStr | None = Field(default=None, description="Redis password")
    connection_string: SecretStr | None = Field(default=None, description="Redis connection string")

    def block_initialization(self) -> None:
        """Check that the block says where Redis is."""
        if self.connection_string:
            return
        if not self.host:
            raise ValueError("Initialization error: 'host' is required but not provided.")
        if self.username and not self.password:
            raise ValueError("Initialization error: 'username' is provided, but 'password' is missing.")

    def _client(self) -> Any:
        try:
            found: Any = importlib.import_module("redis")
        except ImportError as error:
            raise ImportError("This block needs the package redis: pip install redis") from error
        if self.connection_string:
            return found.Redis.from_url(self.connection_string.get_secret_value())
        return found.Redis(
            host=self.host or "",
            port=self.port,
            db=self.db,
            username=None if self.username is None else self.username.get_secret_value(),
            password=None if self.password is None else self.password.get_secret_value(),
        )

    def _read(self, path: Path | str) -> bytes | None:
        with self._client() as client:
            found: bytes | None = client.get(str(path))
            return found

    def _write(self, path: Path | str, content: bytes) -> bool:
        with self._client() as client:
            return bool(client.set(str(path), content))

    async def aread_path(self, path: Path | str) -> bytes | None:
        """What is kept under a path, None if nothing is."""
        return await in_thread(self._read, path)

    @async_dispatch(aread_path)
    def read_path(self, path: Path | str) -> bytes | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What is kept under a path, None if nothing is."""
        return self._read(path)

    async def awrite_path(self, path: Path | str, content: bytes) -> bool:
        """Keep something under a path."""
        return await in_thread(self._write, path, content)

    @async_dispatch(awrite_path)
    def write_path(self, path: Path | str, content: bytes) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Keep something under a path."""
        return self._write(path, content)

    @classmethod
    def from_host(
        cls,
        host: str,
        port: int = 6379,
        db: int = 0,
        username: str | SecretStr | None = None,
        password: str | SecretStr | None = None,
    ) -> Self:
        """A block for the Redis on a host."""
        return cls(host=host, port=port, db=db, username=_secret(username), password=_secret(password))

    @classmethod
    def from_connection_string(cls, connection_string: str | SecretStr) -> Self:
        """A block for the Redis of an address such as ``redis://localhost:6379``."""
        return cls(connection_string=_secret(connection_string))


def _secret(value: str | SecretStr | None) -> SecretStr | None:
    return SecretStr(value) if isinstance(value, str) else value
