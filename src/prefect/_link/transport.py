"""Requests to a server: one pool of connections for the process, credentials from the settings."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import SplitResult, urlencode, urlsplit

from prefect._base import ids, jsontext, lazy, owner
from prefect._base.version import API_VERSION, __version__
from prefect._link.reply import Reply

settings: Any = lazy.module("prefect.settings")
direct: Any = lazy.module("prefect._link.direct")
roundabout: Any = lazy.module("prefect._link.roundabout")
setting_errors: Any = lazy.module("prefect.settings.errors")
ssl: Any = lazy.module("ssl")
certifi: Any = lazy.module("certifi")

TOKEN, CLIENT = "Prefect-Csrf-Token", "Prefect-Csrf-Client"
OWNER, ATTEMPT = "X-Prefect-Owner", "X-Prefect-Attempt"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Pool(Protocol):
    """Connections to one server."""

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One request, one answer. Raises `Unanswered`."""
        ...

    def close(self) -> None: ...


class Options(NamedTuple):
    """What one client wants to be different from the settings."""

    auth_string: str | None = None
    api_key: str | None = None
    api_version: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    timeout_s: float | None = None


NO_OPTIONS = Options()


def parts_of(url: str) -> SplitResult:
    """The parts of the URL of an API. Raises `InvalidSettings` for what is none."""
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        parts, is_url = urlsplit(""), False
    if not is_url:
        raise setting_errors.InvalidSettings(
            f"The API URL {url!r} has to begin with http:// or https:// and name a host:"
            " PREFECT_API_URL=http://127.0.0.1:4200/api"
        )
    return parts


class Transport:
    """Sends requests to the API at `url`; may be used by any number of threads."""

    def __init__(self, url: str, options: Options = NO_OPTIONS, owned_by: str | None = None) -> None:
        self._options = options
        self._owned_by = owned_by
        self.url = url.rstrip("/")
        self._server = parts_of(self.url)
        self._values = settings.active()
        self._headers = self._made_headers(self._values)
        # what a server wants to see with each change that is protected against forged requests
        self._token: dict[str, str] = {}
        self._pool = _pool(self._server, self._values, options.timeout_s)
        self._csrf: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None,
        attempt: int | None = None,
    ) -> Reply:
        """One request, one answer. Raises `Unanswered`. Redirects are answers like any other."""
        target = self._server.path + path
        if query:
            target += "?" + urlencode(query)
        headers = self._headers if attempt is None else {**self._headers, ATTEMPT: str(attempt)}
        reply = self._pool.exchange(method, target, {**headers, **self._token}, body)
        if reply.status == 403 and b"CSRF" in reply.body and self._values["client.csrf_support_enabled"]:
            self._token = self._fetched_token()
            reply = self._pool.exchange(method, target, {**headers, **self._token}, body)
        return reply

    def use_current_settings(self) -> None:
        """Send the credentials of the settings that hold for the caller, from now on.

        They also serve the threads that send in the background, which are in nobody's scope.
        """
        values = settings.active()
        if values is not self._values:
            self._headers = self._made_headers(values)
            self._values = values

    def close(self) -> None:
        self._pool.close()

    def _fetched_token(self) -> dict[str, str]:
        client = ids.new_key()
        reply = self._pool.exchange(
            "GET", f"{self._server.path}/csrf-token?client={client}", self._headers, None
        )
        if reply.status != 200:
            return {}
        return {TOKEN: jsontext.loads(reply.body.decode())["token"], CLIENT: client}

    def _made_headers(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity" if self._server.hostname in _LOOPBACK else "gzip",
            "X-PREFECT-API-VERSION": self._options.api_version or API_VERSION,
            "User-Agent": f"prefect/{__version__} (API {API_VERSION})",
            OWNER: self._owned_by or owner.current(),
            **credentials(values, self._options),
        }


def credentials(values: Mapping[str, Any], options: Options = NO_OPTIONS) -> dict[str, str]:
    """The headers by which the settings, or a client's own options, let a server know us."""
    headers: dict[str, str] = {**values["client.custom_headers"], **dict(options.headers)}
    secret, key = options.auth_string, options.api_key
    if secret is None and key is None:
        secret, key = values["api.auth_string"], values["api.key"]
    if secret is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    elif key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return headers


def verification(values: Mapping[str, Any]) -> Any:
    """How the certificates of servers are checked: an SSL context."""
    if values["api.tls_insecure_skip_verify"]:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    return ssl.create_default_context(cafile=values["api.ssl_cert_file"] or certifi.where())


def _pool(server: SplitResult, values: Mapping[str, Any], timeout: float | None) -> Pool:
    is_secure = server.scheme == "https"
    context = verification(values) if is_secure else None
    http2 = is_secure and values["api.enable_http2"]
    timeout_s: float = values["api.request_timeout"] if timeout is None else timeout
    if http2 or _may_need_proxy(server):
        return roundabout.HttpxPool(f"{server.scheme}://{server.netloc}", timeout_s, context, http2)
    return direct.DirectPool(server, timeout_s, context)


def _may_need_proxy(server: SplitResult) -> bool:
    """Whether the environment names a proxy, or the system may (which only these two can tell)."""
    wanted = (f"{server.scheme}_proxy", "all_proxy")
    if any(os.environ.get(name) or os.environ.get(name.upper()) for name in wanted):
        return True
    return sys.platform in ("darwin", "win32") and server.hostname not in _LOOPBACK
