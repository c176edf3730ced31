"""Defaults for tasks."""

from __future__ import annotations

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class TasksRunnerSettings(HouseSettings):
    """Defaults for task runners."""

    model_config = build_settings_config(("tasks", "runner"), frozen=True)

    thread_pool_max_workers: int | None = of("tasks.runner.thread_pool_max_workers")
    process_pool_max_workers: int | None = of("tasks.runner.process_pool_max_workers")


class TasksSchedulingSettings(HouseSettings):
    """How background tasks are handed over."""

    model_config = build_settings_config(("tasks", "scheduling"), frozen=True)

    default_storage_block: str | None = of("tasks.scheduling.default_storage_block")
    delete_failed_submissions: bool = of("tasks.scheduling.delete_failed_submissions")


class TasksSettings(HouseSettings):
    """Defaults for tasks."""

    model_config = build_settings_config(("tasks",), frozen=True)

    refresh_cache: bool = of("tasks.refresh_cache")
    default_no_cache: bool = of("tasks.default_no_cache")
    disable_caching: bool = of("tasks.disable_caching")
    default_retries: int = of("tasks.default_retries")
    default_retry_delay_seconds: int | float | list[float] | None = of("tasks.default_retry_delay_seconds")
    default_persist_result: bool | None = of("tasks.default_persist_result")
    runner: TasksRunnerSettings = Field(default_factory=TasksRunnerSettings)
    scheduling: TasksSchedulingSettings = Field(default_factory=TasksSchedulingSettings)
