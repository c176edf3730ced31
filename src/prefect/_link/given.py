"""The link of a client that a user hands over, or else the one that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._link.link import Link

choose: Any = lazy.module("prefect._link.choose")
orchestration: Any = lazy.module("prefect.client.orchestration")


def blocking(client: Any = None) -> Link:
    """The link for a caller without an event loop.

    An async client stands for a blocking one to the same API.
    """
    if client is None:
        return choose.blocking()
    if isinstance(client, orchestration.PrefectClient):
        twin: Any = client
        client = orchestration.SyncPrefectClient(
            twin._url,
            auth_string=twin._options.auth_string,
            api_key=twin._options.api_key,
            api_version=twin._options.api_version,
            httpx_settings=twin._httpx_settings,
        )
    return client._link


def awaiting(client: Any = None) -> Link:
    """The link for a caller whose event loop is to go on meanwhile; a blocking client makes it wait."""
    return choose.awaiting() if client is None else client._link
