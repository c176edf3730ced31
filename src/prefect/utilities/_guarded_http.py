"""Connections that end nowhere but in the public internet, whatever a name stands for by then."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import httpx


def _addresses(host: str, port: int | None) -> list[str]:
    """The addresses of a host; raises `httpx.ConnectError` if one of them is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"{host} could not be resolved: {error}") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    for address in addresses:
        if not ipaddress.ip_address(address).is_global:
            raise httpx.ConnectError(
                f"{host} resolves to the private address {address}, which is not allowed."
            )
    return addresses


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """The request, sent to the address that was checked instead of to whatever the name stands for later."""
    host = request.url.host
    request.url = request.url.copy_with(host=address)
    request.extensions = {**request.extensions, "sni_hostname": host}
    return request


class SSRFProtectedHTTPTransport(httpx.HTTPTransport):
    """As `httpx.HTTPTransport`, for public addresses only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        address = _addresses(request.url.host, request.url.port)[0]
        return super().handle_request(_pinned(request, address))


class SSRFProtectedAsyncHTTPTransport(httpx.AsyncHTTPTransport):
    """As `httpx.AsyncHTTPTransport`, for public addresses only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        addresses = await asyncio.to_thread(_addresses, request.url.host, request.url.port)
        return await super().handle_async_request(_pinned(request, addresses[0]))
