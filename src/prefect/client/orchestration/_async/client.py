"""The client as a whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn, Self

from prefect._base import lazy
from prefect._base.ports import AWAITING
from prefect.client.base import ServerType, server_type_of
from prefect.client.orchestration._async.artifacts import (
    ArtifactAsyncClient,
    ArtifactCollectionAsyncClient,
)
from prefect.client.orchestration._async.blocks import (
    BlocksDocumentAsyncClient,
    BlocksSchemaAsyncClient,
    BlocksTypeAsyncClient,
)
from prefect.client.orchestration._async.concurrency_limits import ConcurrencyLimitAsyncClient
from prefect.client.orchestration._async.deployments import DeploymentAsyncClient, SlaAsyncClient
from prefect.client.orchestration._async.flow_runs import FlowRunAsyncClient
from prefect.client.orchestration._async.flows import FlowAsyncClient
from prefect.client.orchestration._async.logs import LogAsyncClient
from prefect.client.orchestration._async.server import ServerAsyncClient
from prefect.client.orchestration._async.task_runs import TaskRunAsyncClient
from prefect.client.orchestration._async.variables import VariableAsyncClient
from prefect.client.orchestration._async.work_pools import WorkPoolAsyncClient
from prefect.client.orchestration._async.work_queues import WorkQueueAsyncClient

if TYPE_CHECKING:
    import httpx

    from prefect._link.link import Link
    from prefect.client.base import ASGIApp

choose: Any = lazy.module("prefect._link.choose")
http: Any = lazy.module("prefect._link.http")
settings: Any = lazy.module("prefect.settings")

# what stands for the API of this process where a URL is asked for
EMBEDDED_URL = "http://ephemeral-prefect/api"


class PrefectClient(
    ArtifactAsyncClient,
    ArtifactCollectionAsyncClient,
    BlocksDocumentAsyncClient,
    BlocksSchemaAsyncClient,
    BlocksTypeAsyncClient,
    ConcurrencyLimitAsyncClient,
    DeploymentAsyncClient,
    SlaAsyncClient,
    FlowAsyncClient,
    FlowRunAsyncClient,
    TaskRunAsyncClient,
    LogAsyncClient,
    VariableAsyncClient,
    WorkPoolAsyncClient,
    WorkQueueAsyncClient,
    ServerAsyncClient,
):
    """A client of the API for async code; for blocking code there is `SyncPrefectClient`.

    Without an URL it follows the settings: the server that ``PREFECT_API_URL`` names, else the database of
    this home, in this process. It can be used with or without `async with`, from any event loop, and after
    a fork.
    """

    def __init__(
        self,
        api: str | ASGIApp | None = None,
        *,
        auth_string: str | None = None,
        api_key: str | None = None,
        api_version: str | None = None,
        httpx_settings: dict[str, Any] | None = None,
        server_type: ServerType | None = None,
    ) -> None:
        self._url = api if isinstance(api, str) else None
        self._options = {
            key: value
            for key, value in {
                "auth_string": auth_string,
                "api_key": api_key,
                "api_version": api_version,
                "httpx_settings": httpx_settings,
            }.items()
            if value
        }
        self._own: Link | None = None
        self.server_type = server_type or server_type_of(self._url or settings.active()["api.url"] or None)

    @property
    def _link(self) -> Link:
        url = self._url or (settings.active()["api.url"] if self._options else None)
        if not url:
            return choose.awaiting()
        link = self._own or http.link(url, AWAITING, **self._options)
        self._own = link
        return link

    @property
    def api_url(self) -> httpx.URL:
        """Where the API is; a stand-in for that of this process."""
        import httpx

        return httpx.URL(self._url or settings.active()["api.url"] or EMBEDDED_URL)

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop that runs here, if any; a client is not bound to one."""
        try:
            return asyncio.get_running_loop()
        except RuntimeError:
            return None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        return None

    def __enter__(self) -> NoReturn:
        raise RuntimeError("Use `async with` for this client, or a client made with `sync_client=True`.")

    def __exit__(self, *exc_info: object) -> NoReturn:
        raise RuntimeError("Use `async with` for this client, or a client made with `sync_client=True`.")
