"""Task runs, as the server handles them."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerTasksSchedulingSettings(HouseSettings):
    """The queue of background tasks."""

    model_config = build_settings_config(("server", "tasks", "scheduling"), frozen=True)

    max_scheduled_queue_size: int = of("server.tasks.scheduling.max_scheduled_queue_size")
    max_retry_queue_size: int = of("server.tasks.scheduling.max_retry_queue_size")
    pending_task_timeout: timedelta = of("server.tasks.scheduling.pending_task_timeout")


class ServerTasksSettings(HouseSettings):
    """Task runs, as the server handles them."""

    model_config = build_settings_config(("server", "tasks"), frozen=True)

    tag_concurrency_slot_wait_seconds: float = of("server.tasks.tag_concurrency_slot_wait_seconds")
    max_cache_key_length: int = of("server.tasks.max_cache_key_length")
    scheduling: ServerTasksSchedulingSettings = Field(default_factory=ServerTasksSchedulingSettings)
