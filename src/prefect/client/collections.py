"""Where the known types of workers are read from: the API, or the hosted service."""

from __future__ import annotations

from typing import Any, Protocol

from prefect.client.base import ServerType, determine_server_type
from prefect.client.cloud import get_cloud_client
from prefect.client.orchestration import get_client

__all__ = [
    "CollectionsMetadataClient",
    "ServerType",
    "get_client",
    "get_cloud_client",
    "get_collections_metadata_client",
]


class CollectionsMetadataClient(Protocol):
    """Whatever can tell the known types of workers."""

    async def read_worker_metadata(self) -> dict[str, Any]: ...

    async def __aenter__(self) -> Any: ...

    async def __aexit__(self, *exc_info: Any) -> Any: ...


def get_collections_metadata_client(
    httpx_settings: dict[str, Any] | None = None,
) -> CollectionsMetadataClient:
    """A client that can tell the known types of workers."""
    if determine_server_type() == ServerType.CLOUD:
        return get_cloud_client(httpx_settings=httpx_settings, infer_cloud_url=True)
    return get_client(httpx_settings=httpx_settings)
