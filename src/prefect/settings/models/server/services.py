"""The settings of the services that run inside the server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServicesBaseSetting(HouseSettings):
    """What each service of the server has."""

    enabled: Any = Field(default=True)


class ServerServicesCancellationCleanupSettings(ServicesBaseSetting):
    """The service that finishes cancelled runs."""

    model_config = build_settings_config(("server", "services", "cancellation_cleanup"), frozen=True)

    enabled: bool = of("server.services.cancellation_cleanup.enabled")
    loop_seconds: float = of("server.services.cancellation_cleanup.loop_seconds")
    cancelling_timeout_seconds: float = of("server.services.cancellation_cleanup.cancelling_timeout_seconds")


class ServerServicesCleanupReconcilerSettings(ServicesBaseSetting):
    """The service that settles open clean-ups."""

    model_config = build_settings_config(("server", "services", "cleanup_reconciler"), frozen=True)

    enabled: bool = of("server.services.cleanup_reconciler.enabled")
    loop_seconds: float = of("server.services.cleanup_reconciler.loop_seconds")
    batch_size: int = of("server.services.cleanup_reconciler.batch_size")


class ServerServicesDBVacuumSettings(ServicesBaseSetting):
    """The service that removes what is past its retention."""

    model_config = build_settings_config(("server", "services", "db_vacuum"), frozen=True)

    enabled: bool | set[str] = of("server.services.db_vacuum.enabled")
    loop_seconds: float = of("server.services.db_vacuum.loop_seconds")
    orphan_cleanup_loop_seconds: float = of("server.services.db_vacuum.orphan_cleanup_loop_seconds")
    retention_period: timedelta = of("server.services.db_vacuum.retention_period")
    batch_size: int = of("server.services.db_vacuum.batch_size")
    event_retention_overrides: dict[str, timedelta] = of(
        "server.services.db_vacuum.event_retention_overrides"
    )


class ServerServicesEventLoggerSettings(ServicesBaseSetting):
    """The service that logs events."""

    model_config = build_settings_config(("server", "services", "event_logger"), frozen=True)

    enabled: bool = of("server.services.event_logger.enabled")


class ServerServicesEventPersisterSettings(ServicesBaseSetting):
    """The service that stores events."""

    model_config = build_settings_config(("server", "services", "event_persister"), frozen=True)

    enabled: bool = of("server.services.event_persister.enabled")
    batch_size: int = of("server.services.event_persister.batch_size")
    read_batch_size: int = of("server.services.event_persister.read_batch_size")
    flush_interval: float = of("server.services.event_persister.flush_interval")
    queue_max_size: int = of("server.services.event_persister.queue_max_size")
    max_flush_retries: int = of("server.services.event_persister.max_flush_retries")


class ServerServicesForemanSettings(ServicesBaseSetting):
    """The service that watches over workers and queues."""

    model_config = build_settings_config(("server", "services", "foreman"), frozen=True)

    enabled: bool = of("server.services.foreman.enabled")
    loop_seconds: float = of("server.services.foreman.loop_seconds")
    inactivity_heartbeat_multiple: int = of("server.services.foreman.inactivity_heartbeat_multiple")
    fallback_heartbeat_interval_seconds: int = of(
        "server.services.foreman.fallback_heartbeat_interval_seconds"
    )
    deployment_last_polled_timeout_seconds: int = of(
        "server.services.foreman.deployment_last_polled_timeout_seconds"
    )
    work_queue_last_polled_timeout_seconds: int = of(
        "server.services.foreman.work_queue_last_polled_timeout_seconds"
    )


class ServerServicesLateRunsSettings(ServicesBaseSetting):
    """The service that marks late runs."""

    model_config = build_settings_config(("server", "services", "late_runs"), frozen=True)

    enabled: bool = of("server.services.late_runs.enabled")
    loop_seconds: float = of("server.services.late_runs.loop_seconds")
    after_seconds: timedelta = of("server.services.late_runs.after_seconds")


class ServerServicesPauseExpirationsSettings(ServicesBaseSetting):
    """The service that ends pauses whose time is over."""

    model_config = build_settings_config(("server", "services", "pause_expirations"), frozen=True)

    enabled: bool = of("server.services.pause_expirations.enabled")
    loop_seconds: float = of("server.services.pause_expirations.loop_seconds")


class ServerServicesRepossessorSettings(ServicesBaseSetting):
    """The service that takes back lapsed leases."""

    model_config = build_settings_config(("server", "services", "repossessor"), frozen=True)

    enabled: bool = of("server.services.repossessor.enabled")
    loop_seconds: float = of("server.services.repossessor.loop_seconds")


class ServerServicesSchedulerSettings(ServicesBaseSetting):
    """The service that plans the runs of deployments."""

    model_config = build_settings_config(("server", "services", "scheduler"), frozen=True)

    enabled: bool = of("server.services.scheduler.enabled")
    loop_seconds: float = of("server.services.scheduler.loop_seconds")
    deployment_batch_size: int = of("server.services.scheduler.deployment_batch_size")
    max_runs: int = of("server.services.scheduler.max_runs")
    min_runs: int = of("server.services.scheduler.min_runs")
    max_scheduled_time: timedelta = of("server.services.scheduler.max_scheduled_time")
    min_scheduled_time: timedelta = of("server.services.scheduler.min_scheduled_time")
    insert_batch_size: int = of("server.services.scheduler.insert_batch_size")
    recent_deployments_loop_seconds: float = of("server.services.scheduler.recent_deployments_loop_seconds")


class ServerServicesTaskRunRecorderSettings(ServicesBaseSetting):
    """The service that records task runs from events."""

    model_config = build_settings_config(("server", "services", "task_run_recorder"), frozen=True)

    enabled: bool = of("server.services.task_run_recorder.enabled")
    read_batch_size: int = of("server.services.task_run_recorder.read_batch_size")
    batch_size: int = of("server.services.task_run_recorder.batch_size")
    flush_interval: float = of("server.services.task_run_recorder.flush_interval")


class ServerServicesTriggersSettings(ServicesBaseSetting):
    """The service that evaluates automations."""

    model_config = build_settings_config(("server", "services", "triggers"), frozen=True)

    enabled: bool = of("server.services.triggers.enabled")
    read_batch_size: int = of("server.services.triggers.read_batch_size")
    pg_notify_reconnect_interval_seconds: int = of(
        "server.services.triggers.pg_notify_reconnect_interval_seconds"
    )
    pg_notify_heartbeat_interval_seconds: int = of(
        "server.services.triggers.pg_notify_heartbeat_interval_seconds"
    )


class ServerServicesSettings(HouseSettings):
    """The services that run inside the server."""

    model_config = build_settings_config(("server", "services"), frozen=True)

    cancellation_cleanup: ServerServicesCancellationCleanupSettings = Field(
        default_factory=ServerServicesCancellationCleanupSettings
    )
    db_vacuum: ServerServicesDBVacuumSettings = Field(default_factory=ServerServicesDBVacuumSettings)
    event_persister: ServerServicesEventPersisterSettings = Field(
        default_factory=ServerServicesEventPersisterSettings
    )
    event_logger: ServerServicesEventLoggerSettings = Field(default_factory=ServerServicesEventLoggerSettings)
    foreman: ServerServicesForemanSettings = Field(default_factory=ServerServicesForemanSettings)
    late_runs: ServerServicesLateRunsSettings = Field(default_factory=ServerServicesLateRunsSettings)
    scheduler: ServerServicesSchedulerSettings = Field(default_factory=ServerServicesSchedulerSettings)
    pause_expirations: ServerServicesPauseExpirationsSettings = Field(
        default_factory=ServerServicesPauseExpirationsSettings
    )
    repossessor: ServerServicesRepossessorSettings = Field(default_factory=ServerServicesRepossessorSettings)
    cleanup_reconciler: ServerServicesCleanupReconcilerSettings = Field(
        default_factory=ServerServicesCleanupReconcilerSettings
    )
    task_run_recorder: ServerServicesTaskRunRecorderSettings = Field(
        default_factory=ServerServicesTaskRunRecorderSettings
    )
    triggers: ServerServicesTriggersSettings = Field(default_factory=ServerServicesTriggersSettings)
