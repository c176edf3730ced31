"""The client as a whole."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NoReturn, Self

from prefect._base import lazy
from prefect._base.ports import AWAITING
from prefect._link.transport import NO_OPTIONS
from prefect.client.base import ServerType, server_type_of
from prefect.client.orchestration._async.artifacts import (
    ArtifactAsyncClient,
    ArtifactCollectionAsyncClient,
)
from prefect.client.orchestration._async.automations import AutomationAsyncClient
from prefect.client.orchestration._async.blocks import (
    BlocksDocumentAsyncClient,
    BlocksSchemaAsyncClient,
    BlocksTypeAsyncClient,
)
from prefect.client.orchestration._async.concurrency_limits import ConcurrencyLimitAsyncClient
from prefect.client.orchestration._async.deployments import DeploymentAsyncClient, SlaAsyncClient
from prefect.client.orchestration._async.events import EventAsyncClient
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

face: Any = lazy.module("prefect.client.orchestration._face")
choose: Any = lazy.module("prefect._link.choose")
http: Any = lazy.module("prefect._link.http")
settings: Any = lazy.module("prefect.settings")

# what stands for the API of this process where a URL is asked for
EMBEDDED_URL = "http://ephemeral-prefect/api"


class PrefectClient(
    ArtifactAsyncClient,
    ArtifactCollectionAsyncClient,
    AutomationAsyncClient,
    BlocksDocumentAsyncClient,
    BlocksSchemaAsyncClient,
    BlocksTypeAsyncClient,
    ConcurrencyLimitAsyncClient,
    DeploymentAsyncClient,
    SlaAsyncClient,
    EventAsyncClient,
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
        self._options = face.options_of(auth_string, api_key, api_version, httpx_settings)
        self._httpx_settings = dict(httpx_settings or {})
        self._http: httpx.AsyncClient | None = None
        self._own: Link | None = None
        self.server_type = server_type or server_type_of(self._url or settings.active()["api.url"] or None)

    @property
    def _link(self) -> Link:
        is_special = self._options != NO_OPTIONS
        url = self._url or (settings.active()["api.url"] if is_special else None)
        if not url:
            return choose.awaiting()
        link = self._own or http.link(url, AWAITING, self._options)
        self._own = link
        return link

    @property
    def _client(self) -> httpx.AsyncClient:
        """An httpx client for requests of one's own; without a server, they are answered in this process."""
        if self._http is None:
            made: httpx.AsyncClient = face.asynchronous(
                str(self.api_url), self._is_embedded, self._options, self._httpx_settings
            )
            self._http = made
        return self._http

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
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    def __enter__(self) -> NoReturn:
        raise RuntimeError("Use `async with` for this client, or a client made with `sync_client=True`.")

    def __exit__(self, *exc_info: object) -> NoReturn:
        raise RuntimeError("Use `async with` for this client, or a client made with `sync_client=True`.")
