"""The way of httpx requests without a server: an operation is found by its address and called."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote

import httpx

from prefect._base import jsontext, lazy
from prefect._base.drive import drive
from prefect._base.errors import OperationError
from prefect._link.link import Link
from prefect._wire.operation import OPERATIONS, Operation
from prefect.client.orchestration._operations import declare_all

version: Any = lazy.module("prefect._base.version")

PREFIX = "/api"


class InsideTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Answers requests by the operations of this process."""

    def __init__(self, blocking: Callable[[], Link], awaiting: Callable[[], Link]) -> None:
        self._blocking = blocking
        self._awaiting = awaiting

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return drive(_answer(self._blocking(), request, request.read()))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await _answer(self._awaiting(), request, await request.aread())


async def _answer(link: Link, request: httpx.Request, body: bytes) -> httpx.Response:
    path = request.url.path.removeprefix(PREFIX)
    if path in ("/health", "/version", "/admin/version"):
        told = {"/health": True, "/version": version.API_VERSION}.get(path, version.__version__)
        return httpx.Response(200, json=told)
    found = _found(request.method, path)
    if found is None:
        return httpx.Response(404, json={"detail": "Not Found"})
    operation, arguments = found
    query = dict(request.url.params)
    arguments |= {name.replace("-", "_"): query[name] for name in operation.query if name in query}
    if operation.body is not None or body:
        arguments["body"] = jsontext.loads(body) if body else {}
    try:
        value = await link.call(operation, **arguments)
    except OperationError as refusal:
        return httpx.Response(refusal.status, json={"detail": refusal.message})
    if operation.answers_text:
        return httpx.Response(operation.status, text=value)
    return httpx.Response(
        operation.status, content=b"" if operation.status == 204 else jsontext.encoded(value)
    )


def _found(method: str, path: str) -> tuple[Operation, dict[str, Any]] | None:
    for pattern, operation in _patterns():
        match = pattern.fullmatch(path) if operation.method == method else None
        if match is not None:
            return operation, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], Operation]]:
    """All addresses, those with the fewest placeholders first: they are the more special ones."""
    declare_all()
    by_names = sorted(OPERATIONS.values(), key=lambda each: len(each.path_names))
    return [(re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", each.path)), each) for each in by_names]
