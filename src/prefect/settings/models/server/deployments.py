"""Deployments, as the server handles them."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerDeploymentsSettings(HouseSettings):
    """Deployments, as the server handles them."""

    model_config = build_settings_config(("server", "deployments"), frozen=True)

    concurrency_slot_wait_seconds: float = of("server.deployments.concurrency_slot_wait_seconds")
