"""A client of the API that the code of a block shares."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self

from pydantic import PrivateAttr

from prefect._engine.context_model import ContextModel
from prefect.client.orchestration import PrefectClient, SyncPrefectClient, get_client


class SyncClientContext(ContextModel):
    """A client for blocking code, open while the context is entered."""

    __var__: ClassVar[ContextVar[Any]] = ContextVar("prefect_sync_client")

    client: SyncPrefectClient
    _depth: int = PrivateAttr(default=0)

    def __init__(self, httpx_settings: dict[str, Any] | None = None) -> None:
        client: Any = get_client(httpx_settings=httpx_settings, sync_client=True)
        super().__init__(client=client)  # pyright: ignore[reportCallIssue] - it sees no subclass

    def __enter__(self) -> Self:
        self._depth += 1
        if self._depth == 1:
            self.client.__enter__()
            super().__enter__()
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self._depth -= 1
        if self._depth == 0:
            self.client.__exit__(*exc_info)
            super().__exit__(*exc_info)

    @classmethod
    @contextmanager
    def get_or_create(cls) -> Generator[Self]:
        """The context at hand, or a new one for the block."""
        found = cls.get()
        if found is not None:
            yield found
            return
        with cls() as made:
            yield made


class AsyncClientContext(ContextModel):
    """A client for async code, open while the context is entered."""

    __var__: ClassVar[ContextVar[Any]] = ContextVar("prefect_async_client")

    client: PrefectClient
    _depth: int = PrivateAttr(default=0)

    def __init__(self, httpx_settings: dict[str, Any] | None = None) -> None:
        client = get_client(httpx_settings=httpx_settings)
        super().__init__(client=client)  # pyright: ignore[reportCallIssue] - it sees no subclass

    async def __aenter__(self) -> Self:
        self._depth += 1
        if self._depth == 1:
            await self.client.__aenter__()
            super().__enter__()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        self._depth -= 1
        if self._depth == 0:
            await self.client.__aexit__(*exc_info)
            super().__exit__(*exc_info)

    @classmethod
    @asynccontextmanager
    async def get_or_create(cls) -> AsyncGenerator[Self, None]:
        """The context at hand, or a new one for the block."""
        found = cls.get()
        if found is not None:
            yield found
            return
        async with cls() as made:
            yield made


SyncClientContext.__module__ = AsyncClientContext.__module__ = "prefect.context"
