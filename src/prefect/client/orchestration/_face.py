"""The httpx client behind `client._client`, for those who send requests of their own."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._link.transport import Options, credentials, verification

choose: Any = lazy.module("prefect._link.choose")
settings: Any = lazy.module("prefect.settings")
httpx_clients: Any = lazy.module("prefect.client._httpx")
inside: Any = lazy.module("prefect.client.orchestration._inside")


def options_of(
    auth_string: str | None,
    api_key: str | None,
    api_version: str | None,
    httpx_settings: dict[str, Any] | None,
) -> Options:
    """What a client wants to be different from the settings; of httpx's settings headers and time-out."""
    given = httpx_settings or {}
    timeout: Any = given.get("timeout")
    return Options(
        auth_string,
        api_key,
        api_version,
        tuple(sorted((str(name), str(value)) for name, value in dict(given.get("headers") or {}).items())),
        float(timeout) if isinstance(timeout, int | float) else None,
    )


def synchronous(url: str, is_embedded: bool, options: Options, given: dict[str, Any]) -> Any:
    """A blocking httpx client of the API at `url`."""
    return httpx_clients.PrefectHttpxSyncClient(**_settings(url, is_embedded, options, given))


def asynchronous(url: str, is_embedded: bool, options: Options, given: dict[str, Any]) -> Any:
    """An async httpx client of the API at `url`."""
    return httpx_clients.PrefectHttpxAsyncClient(**_settings(url, is_embedded, options, given))


def _settings(url: str, is_embedded: bool, options: Options, given: dict[str, Any]) -> dict[str, Any]:
    values = settings.active()
    made: dict[str, Any] = {"base_url": url, "timeout": values["api.request_timeout"], **given}
    made["headers"] = {**credentials(values, options), **dict(given.get("headers") or {})}
    if is_embedded:
        made.setdefault("transport", inside.InsideTransport(choose.blocking, choose.awaiting))
        return made
    made["enable_csrf_support"] = values["client.csrf_support_enabled"]
    made.setdefault("http2", values["api.enable_http2"])
    if url.startswith("https"):
        made.setdefault("verify", verification(values))
    return made
