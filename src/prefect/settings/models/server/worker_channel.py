"""The channel between the server and its workers."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerWorkerChannelSettings(HouseSettings):
    """The channel between the server and its workers."""

    model_config = build_settings_config(("server", "worker_channel"), frozen=True)

    cleanup_queue_storage: str = of("server.worker_channel.cleanup_queue_storage")
    cleanup_lease_seconds: float = of("server.worker_channel.cleanup_lease_seconds")
    cleanup_max_delivery_attempts: int = of("server.worker_channel.cleanup_max_delivery_attempts")
    cleanup_completed_idempotency_retention_seconds: float | None = of(
        "server.worker_channel.cleanup_completed_idempotency_retention_seconds"
    )
