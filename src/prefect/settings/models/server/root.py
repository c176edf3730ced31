"""The settings of the server."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, LogLevel, of
from prefect.settings.models.server.api import ServerAPISettings
from prefect.settings.models.server.concurrency import ServerConcurrencySettings
from prefect.settings.models.server.database import ServerDatabaseSettings
from prefect.settings.models.server.deployments import ServerDeploymentsSettings
from prefect.settings.models.server.docket import ServerDocketSettings
from prefect.settings.models.server.ephemeral import ServerEphemeralSettings
from prefect.settings.models.server.events import ServerEventsSettings
from prefect.settings.models.server.flow_run_graph import ServerFlowRunGraphSettings
from prefect.settings.models.server.logs import ServerLogsSettings
from prefect.settings.models.server.services import ServerServicesSettings
from prefect.settings.models.server.tasks import ServerTasksSettings
from prefect.settings.models.server.ui import ServerUISettings
from prefect.settings.models.server.worker_channel import ServerWorkerChannelSettings


class ServerSettings(HouseSettings):
    """The server."""

    model_config = build_settings_config(("server",), frozen=True)

    logging_level: LogLevel = of("server.logging_level")
    analytics_enabled: bool = of("server.analytics_enabled")
    metrics_enabled: bool = of("server.metrics_enabled")
    log_retryable_errors: bool = of("server.log_retryable_errors")
    register_blocks_on_start: bool = of("server.register_blocks_on_start")
    memoize_block_auto_registration: bool = of("server.memoize_block_auto_registration")
    memo_store_path: Path = of("server.memo_store_path")
    deployment_schedule_max_scheduled_runs: int = of("server.deployment_schedule_max_scheduled_runs")
    api: ServerAPISettings = Field(default_factory=ServerAPISettings)
    concurrency: ServerConcurrencySettings = Field(default_factory=ServerConcurrencySettings)
    database: ServerDatabaseSettings = Field(default_factory=ServerDatabaseSettings)
    deployments: ServerDeploymentsSettings = Field(default_factory=ServerDeploymentsSettings)
    docket: ServerDocketSettings = Field(default_factory=ServerDocketSettings)
    ephemeral: ServerEphemeralSettings = Field(default_factory=ServerEphemeralSettings)
    events: ServerEventsSettings = Field(default_factory=ServerEventsSettings)
    flow_run_graph: ServerFlowRunGraphSettings = Field(default_factory=ServerFlowRunGraphSettings)
    logs: ServerLogsSettings = Field(default_factory=ServerLogsSettings)
    services: ServerServicesSettings = Field(default_factory=ServerServicesSettings)
    tasks: ServerTasksSettings = Field(default_factory=ServerTasksSettings)
    ui: ServerUISettings = Field(default_factory=ServerUISettings)
    worker_channel: ServerWorkerChannelSettings = Field(default_factory=ServerWorkerChannelSettings)
