"""Hearing of what happens with ``async for``: by the websocket of a server, or from this process's store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from prefect._base import lazy
from prefect._link import streams
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")

T = TypeVar("T")


class Subscriber(Generic[T]):
    """What is the same for all kinds: open inside of ``async with``, one item after the other, once each."""

    kind: ClassVar[str]  # the key under which a server sends an item
    kinds: ClassVar[str]  # what to call several of them

    def __init__(self, api_url: str | None, attempts: int, reconnects: bool) -> None:
        self._api_url: str | None = api_url or settings.active()["api.url"] or None
        self._api_key: str | None = None
        self._attempts = attempts
        self._reconnects = reconnects
        self._told: AsyncIterator[JsonObject] | None = None

    @property
    def client_name(self) -> str:
        return type(self).__name__

    def _hello(self) -> JsonObject:
        """What is wanted, as the server is told."""
        raise NotImplementedError

    def _socket(self, api_url: str) -> str:
        """The address of the websocket."""
        raise NotImplementedError

    def _local(self) -> AsyncIterator[JsonObject]:
        """What this process's store holds, and what it gets."""
        raise NotImplementedError

    def _taken(self, told: JsonObject) -> T:
        """An item of what was told."""
        raise NotImplementedError

    def _note_connection(self) -> None:
        """Count a connection."""

    async def __aenter__(self) -> Self:
        if self._api_url is None:
            self._told = self._local()
            return self
        url = self._socket(self._api_url)
        connection = await streams.opened(url, self._hello(), self._api_key)
        self._note_connection()
        self._told = streams.stream(
            url,
            self._hello,
            self.kind,
            connection=connection,
            api_key=self._api_key,
            attempts=self._attempts,
            reconnect_on_clean_close=self._reconnects,
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        told: Any = self._told
        self._told = None
        if told is not None:
            await told.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        if self._told is None:
            raise TypeError(f"{self.kinds} are received inside of `async with` only.")
        return self._taken(await anext(self._told))


def cloud(api_url: str | None, api_key: str | None) -> tuple[str, str]:
    """Address and key of Prefect Cloud, given or by the settings. Raises `ValueError` if one is missing."""
    values = settings.active()
    url: str | None = api_url or values["api.url"]
    key: Any = api_key or values["api.key"]
    if not url or not key:
        raise ValueError("api_url and api_key must be provided or set in the Prefect configuration")
    return url, str(key.get_secret_value() if hasattr(key, "get_secret_value") else key)
