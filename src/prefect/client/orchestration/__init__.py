"""Clients of the API: `get_client`, and the classes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.client.base import ServerType as ServerType
    from prefect.client.base import determine_server_type as determine_server_type
    from prefect.client.orchestration._async.client import PrefectClient as PrefectClient
    from prefect.client.orchestration._sync.client import SyncPrefectClient as SyncPrefectClient

_ASYNC = "prefect.client.orchestration._async"
_SYNC = "prefect.client.orchestration._sync"
_NAMES = {
    "PrefectClient": f"{_ASYNC}.client",
    "ConcurrencyLimitAsyncClient": f"{_ASYNC}.concurrency_limits",
    "FlowAsyncClient": f"{_ASYNC}.flows",
    "FlowRunAsyncClient": f"{_ASYNC}.flow_runs",
    "LogAsyncClient": f"{_ASYNC}.logs",
    "VariableAsyncClient": f"{_ASYNC}.variables",
    "SyncPrefectClient": f"{_SYNC}.client",
    "ConcurrencyLimitClient": f"{_SYNC}.concurrency_limits",
    "FlowClient": f"{_SYNC}.flows",
    "FlowRunClient": f"{_SYNC}.flow_runs",
    "LogClient": f"{_SYNC}.logs",
    "VariableClient": f"{_SYNC}.variables",
    "ServerType": "prefect.client.base",
    "determine_server_type": "prefect.client.base",
    "ASGIApp": "prefect.client.base",
    "Constant": "prefect._wire.task_runs",
    "FlowFilter": "prefect._wire.filters",
    "DeploymentFilter": "prefect._wire.filters",
    "FlowRun": "prefect._wire.flow_runs",
    "FlowRunFilter": "prefect._wire.filters",
    "FlowRunResult": "prefect._wire.task_runs",
    "OrchestrationResult": "prefect._wire.states",
    "Parameter": "prefect._wire.task_runs",
    "TaskRun": "prefect._wire.task_runs",
    "TaskRunCreate": "prefect._wire.task_runs",
    "TaskRunFilter": "prefect._wire.filters",
    "TaskRunPolicy": "prefect._wire.task_runs",
    "TaskRunResult": "prefect._wire.task_runs",
    "TaskRunSort": "prefect._wire.sorts",
    "TaskRunUpdate": "prefect._wire.task_runs",
    "ArtifactAsyncClient": f"{_ASYNC}.artifacts",
    "ArtifactClient": f"{_SYNC}.artifacts",
    "ArtifactCollectionAsyncClient": f"{_ASYNC}.artifacts",
    "ArtifactCollectionClient": f"{_SYNC}.artifacts",
    "BlocksDocumentAsyncClient": f"{_ASYNC}.blocks",
    "BlocksDocumentClient": f"{_SYNC}.blocks",
    "BlocksSchemaAsyncClient": f"{_ASYNC}.blocks",
    "BlocksSchemaClient": f"{_SYNC}.blocks",
    "BlocksTypeAsyncClient": f"{_ASYNC}.blocks",
    "BlocksTypeClient": f"{_SYNC}.blocks",
    "DeploymentAsyncClient": f"{_ASYNC}.deployments",
    "DeploymentClient": f"{_SYNC}.deployments",
    "SlaAsyncClient": f"{_ASYNC}.deployments",
    "SlaClient": f"{_SYNC}.deployments",
    "WorkPoolAsyncClient": f"{_ASYNC}.work_pools",
    "WorkPoolClient": f"{_SYNC}.work_pools",
    "ServerDefaultResultStorage": "prefect.client.schemas._others",
    "ServerDefaultResultStorageUpdate": "prefect.client.schemas._others",
    "WorkQueue": "prefect.client.schemas._pools",
    "WorkQueueCreate": "prefect.client.schemas._pools",
    "WorkQueueUpdate": "prefect.client.schemas._pools",
    "WorkQueueStatusDetail": "prefect.client.schemas._pools",
    "PrefectHttpxAsyncClient": "prefect.client._httpx",
    "PrefectHttpxSyncClient": "prefect.client._httpx",
    "app_lifespan_context": "prefect.client._httpx",
    "strip_auth_from_url": "prefect.client.orchestration._urls",
    "now": "prefect._wire.common",
    "AutomationAsyncClient": f"{_ASYNC}.automations",
    "AutomationClient": f"{_SYNC}.automations",
    "EventAsyncClient": f"{_ASYNC}.events",
    "EventClient": f"{_SYNC}.events",
    "WorkQueueFilter": "prefect._wire.filters",
    "WorkQueueFilterName": "prefect._wire.filters",
}

async_client: Any = lazy.module(f"{_ASYNC}.client")
sync_client_module: Any = lazy.module(f"{_SYNC}.client")

__getattr__, __dir__ = lazy.names(__name__, _NAMES)


@overload
def get_client(
    httpx_settings: dict[str, Any] | None = None, sync_client: Literal[False] = False
) -> PrefectClient: ...


@overload
def get_client(
    httpx_settings: dict[str, Any] | None = None, *, sync_client: Literal[True]
) -> SyncPrefectClient: ...


@overload
def get_client(httpx_settings: dict[str, Any] | None, sync_client: Literal[True]) -> SyncPrefectClient: ...


def get_client(
    httpx_settings: dict[str, Any] | None = None, sync_client: bool = False
) -> PrefectClient | SyncPrefectClient:
    """A client of the API that the settings name; `sync_client` makes it one for blocking code.

    `httpx_settings` are handed to the HTTP client where a server is talked to.
    """
    made = sync_client_module.SyncPrefectClient if sync_client else async_client.PrefectClient
    return made(httpx_settings=httpx_settings)
