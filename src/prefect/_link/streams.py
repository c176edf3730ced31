"""Streams of a server by websocket: say who one is and what is wanted, and come back after a break."""

from __future__ import annotations

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson

from prefect._base import clock, lazy
from prefect._base.version import __version__

settings: Any = lazy.module("prefect.settings")

websockets: Any = lazy.module("websockets.asyncio.client")
exceptions: Any = lazy.module("websockets.exceptions")

ConnectionClosed: type[Exception] = exceptions.ConnectionClosed
ConnectionClosedOK: type[Exception] = exceptions.ConnectionClosedOK
RETRYABLE: tuple[type[Exception], ...] = (ConnectionClosed, TimeoutError, OSError)
# how many ids are remembered, so that what comes twice after a break is handed out once
SEEN_SIZE = 500_000
IMMEDIATE_TRIES = 3


class Refused(Exception):
    """The server does not let us in, or does not take what we ask for."""


def http_to_ws(url: str) -> str:
    """The address of an API for websockets."""
    return url.replace("https://", "wss://").replace("http://", "ws://").rstrip("/")


class Seen:
    """Remembers ids for a while."""

    def __init__(self, size: int = SEEN_SIZE) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._size = size

    def is_new(self, id: str) -> bool:
        """Whether the id is met for the first time."""
        if id in self._ids:
            return False
        self._ids[id] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)
        return True


def ssl_context(url: str) -> ssl.SSLContext | None:
    """How a connection is secured by the settings; None for one without encryption."""
    if not url.startswith("wss"):
        return None
    values = settings.active()
    if values["api.tls_insecure_skip_verify"]:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
    file: str | None = values["api.ssl_cert_file"]
    return ssl.create_default_context(cafile=file or None)


def _headers(api_key: str | None) -> dict[str, str]:
    headers: dict[str, str] = {"User-Agent": f"prefect/{__version__}"}
    headers.update(settings.active()["client.custom_headers"] or {})
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    return headers


async def opened(url: str, hello: dict[str, Any], api_key: str | None = None) -> Any:
    """A connection that was let in and has been told what is wanted."""
    values = settings.active()
    connection = await websockets.connect(
        url,
        subprotocols=["prefect"],
        additional_headers=_headers(api_key),
        ssl=ssl_context(url),
        max_size=None,
        proxy=True,
    )
    token = api_key or _text(values["api.auth_string"]) or _text(values["api.key"])
    try:
        await connection.send(orjson.dumps({"type": "auth", "token": token}).decode())
        answer = orjson.loads(await connection.recv())
        if answer.get("type") != "auth_success":
            raise Refused(f"The server at {url} does not let us in.")
        await connection.send(orjson.dumps(hello).decode())
    except ConnectionClosed as closed:
        frame: Any = getattr(closed, "rcvd", None)
        if frame is not None and frame.code == 1008:
            raise Refused(f"The server at {url} does not let us in: {frame.reason}") from closed
        raise
    return connection


def _text(value: Any) -> str | None:
    return (
        None if value is None else value.get_secret_value() if hasattr(value, "get_secret_value") else value
    )


async def stream(
    url: str,
    hello: Callable[[], dict[str, Any]],
    key: str,
    *,
    connection: Any = None,
    api_key: str | None = None,
    attempts: int = 10,
    reconnect_on_clean_close: bool = False,
) -> AsyncIterator[dict[str, Any]]:
    """What the server sends under `key`, each once, also after breaks; `hello` says what is wanted then.

    Ends when the server closes the connection in order. Raises the last error after so many `attempts`.
    """
    seen, tried = Seen(), 0
    while True:
        try:
            if connection is None:
                connection = await opened(url, hello(), api_key)
            async for message in connection:
                tried = 0
                told = orjson.loads(message)[key]
                if seen.is_new(told["id"]):
                    yield told
            if not reconnect_on_clean_close:
                return
        except ConnectionClosedOK:
            if not reconnect_on_clean_close:
                return
        except RETRYABLE as error:
            frame: Any = getattr(error, "rcvd", None)
            if frame is not None and frame.code == 1002:
                raise Refused(frame.reason) from error
            tried += 1
            if tried > attempts:
                raise
            if tried > IMMEDIATE_TRIES:
                await clock.system.asleep(1)
        finally:
            if connection is not None:
                await connection.close()
                connection = None
