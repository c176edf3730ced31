"""Leases and waiting times of concurrency limits."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerConcurrencySettings(HouseSettings):
    """Leases and waiting times of concurrency limits."""

    model_config = build_settings_config(("server", "concurrency"), frozen=True)

    lease_storage: str = of("server.concurrency.lease_storage")
    initial_deployment_lease_duration: float = of("server.concurrency.initial_deployment_lease_duration")
    maximum_concurrency_slot_wait_seconds: float = of(
        "server.concurrency.maximum_concurrency_slot_wait_seconds"
    )
