"""What kind of API the clients of this process talk to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from enum import StrEnum
from typing import Any, TypeAlias

from prefect._base import lazy

settings: Any = lazy.module("prefect.settings")

_HTTPX = "prefect.client._httpx"
__getattr__, __dir__ = lazy.names(
    __name__,
    {
        "PrefectHttpxAsyncClient": _HTTPX,
        "PrefectHttpxSyncClient": _HTTPX,
        "PrefectResponse": _HTTPX,
        "app_lifespan_context": _HTTPX,
        "CsrfToken": "prefect.client.schemas._others",
        "PrefectHTTPStatusError": "prefect.exceptions",
        "get_attribution_headers": "prefect.client.attribution",
        "get_current_settings": "prefect.settings",
        "bounded_poisson_interval": "prefect.utilities.math",
        "clamped_poisson_interval": "prefect.utilities.math",
        "AutoEnum": "prefect.utilities.collections",
    },
)

_Message: TypeAlias = MutableMapping[str, Any]
ASGIApp: TypeAlias = Callable[
    [_Message, Callable[[], Awaitable[_Message]], Callable[[_Message], Awaitable[None]]], Awaitable[None]
]


class ServerType(StrEnum):
    """Where the API is: in this process, on a server, in the cloud, or nowhere yet."""

    EPHEMERAL = "EPHEMERAL"
    SERVER = "SERVER"
    CLOUD = "CLOUD"
    UNCONFIGURED = "UNCONFIGURED"


def server_type_of(url: str | None) -> ServerType:
    """What kind of API an URL names; None is the one of this process."""
    if url is None:
        return ServerType.EPHEMERAL
    cloud = settings.active()["cloud.api_url"]
    return ServerType.CLOUD if cloud and url.startswith(cloud) else ServerType.SERVER


def determine_server_type() -> ServerType:
    """What kind of API the settings name."""
    return server_type_of(settings.active()["api.url"] or None)
