"""One HTTP exchange in its barest form: the request as ASGI hands it over, and the answer as bytes."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

from prefect._base import jsontext

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

JSON = b"application/json"
HTML = b"text/html; charset=utf-8"
TEXT = b"text/plain; charset=utf-8"
COMPRESS_FROM_BYTES = 500
_COMPRESSED = frozenset({JSON, HTML, TEXT})
_COMPRESS_LEVEL = 1  # of the time that a higher level costs, little comes back in size


# far beyond what clients send at once: lines of log come in 4 MB at most
MOST_BODY_BYTES = 32 * 1024 * 1024
_NO_SNIFFING = (b"x-content-type-options", b"nosniff")


class TooLarge(Exception):
    """The body of a request is larger than the server takes."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


class Request:
    """A request; body and query are read when somebody asks for them."""

    __slots__ = ("_receive", "headers", "method", "params", "path", "route", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.params: dict[str, str] = {}
        # the path with the names of its placeholders, once it is known
        self.route = ""

    def header(self, name: bytes) -> str | None:
        """The value of a header, by its name in lower case."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query; of one that is given twice the last."""
        text = self.scope.get("query_string") or b""
        return dict(parse_qsl(text.decode("latin-1"), keep_blank_values=True))

    async def gone(self) -> None:
        """Returns when the client has closed the connection; for answers that last. The body must be read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def body(self) -> bytes:
        """The whole body. Raises `ClientGone` when the rest of it will never come, or `TooLarge`."""
        announced = self.headers.get(b"content-length", b"")
        if announced.isdigit() and int(announced) > MOST_BODY_BYTES:
            raise TooLarge
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        if not message.get("more_body"):
            if len(message.get("body", b"")) > MOST_BODY_BYTES:
                raise TooLarge
            return message.get("body", b"")
        chunks = [message.get("body", b"")]
        length = len(chunks[0])
        while message.get("more_body"):
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunks.append(message.get("body", b""))
            length += len(chunks[-1])
            if length > MOST_BODY_BYTES:
                raise TooLarge
        return b"".join(chunks)


class Answer(NamedTuple):
    """What is sent back. An empty `content_type` means that there is no body."""

    status: int
    body: bytes = b""
    content_type: bytes = JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()
    parts: AsyncIterator[bytes] | None = None
    """What follows the body, for answers that are made while they are sent."""


def json_answer(value: Any, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Answer:
    """A JSON-shaped value, encoded once."""
    return Answer(status, jsontext.encoded(value), JSON, headers)


EMPTY = Answer(204, b"", b"")


async def send_answer(answer: Answer, request: Request, send: Send) -> None:
    """Send `answer`, compressed when it is large and the client can read that."""
    if answer.parts is not None:
        await _send_parts(answer, send)
        return
    body = answer.body
    headers: list[tuple[bytes, bytes]] = [*answer.headers]
    if answer.content_type:
        headers.append((b"content-type", answer.content_type))
        if _NO_SNIFFING not in headers:
            headers.append(_NO_SNIFFING)
    if len(body) > COMPRESS_FROM_BYTES and answer.content_type in _COMPRESSED:
        headers.append((b"vary", b"Accept-Encoding"))
        if b"gzip" in request.headers.get(b"accept-encoding", b""):
            body = gzip.compress(body, _COMPRESS_LEVEL)
            headers.append((b"content-encoding", b"gzip"))
    if answer.status != 204:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _send_parts(answer: Answer, send: Send) -> None:
    assert answer.parts is not None
    headers = [*answer.headers, (b"content-type", answer.content_type), _NO_SNIFFING]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    async for part in answer.parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
