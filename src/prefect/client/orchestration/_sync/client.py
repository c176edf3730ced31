# Made by tools/make_sync_client.py from _async/client.py: change that and run it again.
"""The client as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from prefect._base import lazy
from prefect._base.ports import BLOCKING
from prefect._link.transport import NO_OPTIONS
from prefect.client.base import ServerType, server_type_of
from prefect.client.orchestration._sync.artifacts import (
    ArtifactClient,
    ArtifactCollectionClient,
)
from prefect.client.orchestration._sync.automations import AutomationClient
from prefect.client.orchestration._sync.blocks import (
    BlocksDocumentClient,
    BlocksSchemaClient,
    BlocksTypeClient,
)
from prefect.client.orchestration._sync.concurrency_limits import ConcurrencyLimitClient
from prefect.client.orchestration._sync.deployments import DeploymentClient, SlaClient
from prefect.client.orchestration._sync.events import EventClient
from prefect.client.orchestration._sync.flow_runs import FlowRunClient
from prefect.client.orchestration._sync.flows import FlowClient
from prefect.client.orchestration._sync.logs import LogClient
from prefect.client.orchestration._sync.server import ServerClient
from prefect.client.orchestration._sync.task_runs import TaskRunClient
from prefect.client.orchestration._sync.variables import VariableClient
from prefect.client.orchestration._sync.work_pools import WorkPoolClient
from prefect.client.orchestration._sync.work_queues import WorkQueueClient

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


class SyncPrefectClient(
    ArtifactClient,
    ArtifactCollectionClient,
    AutomationClient,
    BlocksDocumentClient,
    BlocksSchemaClient,
    BlocksTypeClient,
    ConcurrencyLimitClient,
    DeploymentClient,
    SlaClient,
    EventClient,
    FlowClient,
    FlowRunClient,
    TaskRunClient,
    LogClient,
    VariableClient,
    WorkPoolClient,
    WorkQueueClient,
    ServerClient,
):
    """A client of the API for blocking code; for async code there is `PrefectClient`.

    Without an URL it follows the settings: the server that ``PREFECT_API_URL`` names, else the database of
    this home, in this process. It can be used with or without `with`, from any thread, and after
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
        self._http: httpx.Client | None = None
        self._own: Link | None = None
        self.server_type = server_type or server_type_of(self._url or settings.active()["api.url"] or None)

    @property
    def _link(self) -> Link:
        is_special = self._options != NO_OPTIONS
        url = self._url or (settings.active()["api.url"] if is_special else None)
        if not url:
            return choose.blocking()
        link = self._own or http.link(url, BLOCKING, self._options)
        self._own = link
        return link

    @property
    def _client(self) -> httpx.Client:
        """An httpx client for requests of one's own; without a server, they are answered in this process."""
        if self._http is None:
            made: httpx.Client = face.synchronous(
                str(self.api_url), self._is_embedded, self._options, self._httpx_settings
            )
            self._http = made
        return self._http

    @property
    def api_url(self) -> httpx.URL:
        """Where the API is; a stand-in for that of this process."""
        import httpx

        return httpx.URL(self._url or settings.active()["api.url"] or EMBEDDED_URL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None
