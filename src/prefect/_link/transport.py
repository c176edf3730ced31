"""Requests to a server: one pool of connections for the process, credentials from the settings."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from prefect._base import lazy, owner
from prefect._base.version import API_VERSION, __version__

settings: Any = lazy.module("prefect.settings")

OWNER = "X-Prefect-Owner"
CONNECTIONS = 100
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Reply(NamedTuple):
    """What came back."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class Unanswered(Exception):
    """No answer came: no connection, or one that broke. `__cause__` says why."""


class Transport:
    """Sends requests to the API at `url`; may be used by any number of threads."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        values = settings.active()
        is_secure = self.url.startswith("https:")
        self._client = httpx.Client(
            # a redirect is an error, so that what was meant for http never goes elsewhere
            verify=verification(values) if is_secure else False,
            http2=is_secure and values["api.enable_http2"],
            timeout=httpx.Timeout(values["api.request_timeout"]),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS // 4),
        )
        self._coding = {} if urlsplit(url).hostname not in _LOOPBACK else {"Accept-Encoding": "identity"}
        self._values = values
        self._headers = self._made_headers(values)

    def send(self, method: str, path: str, query: Mapping[str, str] | None, body: bytes | None) -> Reply:
        """One request, one answer. Raises `Unanswered`."""
        try:
            answer = self._client.request(
                method, self.url + path, params=query or None, content=body, headers=self._headers
            )
        except httpx.TransportError as error:
            raise Unanswered(str(error) or type(error).__name__) from error
        return Reply(answer.status_code, answer.content, _seconds(answer.headers.get("Retry-After")))

    def close(self) -> None:
        self._client.close()

    def use_current_settings(self) -> None:
        """Send the credentials of the settings that hold for the caller, from now on.

        They also serve the threads that send in the background, which are in nobody's scope.
        """
        values = settings.active()
        if values is not self._values:
            self._headers = self._made_headers(values)
            self._values = values

    def _made_headers(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "X-PREFECT-API-VERSION": API_VERSION,
            "User-Agent": f"prefect/{__version__} (API {API_VERSION})",
            OWNER: owner.current(),
            **self._coding,
            **credentials(values),
        }


def credentials(values: Mapping[str, Any]) -> dict[str, str]:
    """The headers by which the settings let a server know us."""
    headers: dict[str, str] = dict(values["client.custom_headers"])
    if values["api.auth_string"] is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(values['api.auth_string'].encode()).decode()}"
    elif values["api.key"] is not None:
        headers["Authorization"] = f"Bearer {values['api.key']}"
    return headers


def verification(values: Mapping[str, Any]) -> ssl.SSLContext | bool:
    """How the certificates of servers are checked."""
    if values["api.tls_insecure_skip_verify"]:
        return False
    if values["api.ssl_cert_file"] is None:
        return True
    return ssl.create_default_context(cafile=values["api.ssl_cert_file"])


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(float(text), 0.0)
    except ValueError:  # a date: the usual pauses do
        return None
