"""Whether the API that the settings name can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._cli.errors import CommandError

base64: Any = lazy.module("base64")
httpx: Any = lazy.module("httpx")
ssl: Any = lazy.module("ssl")
_PATIENCE_S = 5.0


def check(values: Mapping[str, Any]) -> None:
    """Ask the API for its health. Raises `CommandError` that says why there is no good answer."""
    url = values["api.url"].rstrip("/")
    try:
        answer = httpx.get(
            f"{url}/health", headers=_headers(values), timeout=_PATIENCE_S, verify=_verify(values)
        )
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as bad:
        raise CommandError(
            f"Could not reach the API at {url}: {bad}. Start a server there, or change PREFECT_API_URL."
        ) from bad
    if answer.status_code in (401, 403):
        raise CommandError(
            f"The API at {url} refuses the credentials. Check PREFECT_API_KEY or PREFECT_API_AUTH_STRING."
        )
    if answer.status_code >= 400:
        raise CommandError(f"What answers at {url} is not a healthy API (status {answer.status_code}).")


def _headers(values: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = dict(values["client.custom_headers"])
    if values["api.auth_string"] is not None:
        credentials = base64.b64encode(values["api.auth_string"].encode()).decode()
        headers["Authorization"] = f"Basic {credentials}"
    elif values["api.key"] is not None:
        headers["Authorization"] = f"Bearer {values['api.key']}"
    return headers


def _verify(values: Mapping[str, Any]) -> Any:
    if values["api.tls_insecure_skip_verify"]:
        return False
    if values["api.ssl_cert_file"] is None:
        return True
    return ssl.create_default_context(cafile=values["api.ssl_cert_file"])
