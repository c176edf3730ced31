"""Defaults for new deployments."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class DeploymentsSettings(HouseSettings):
    """Defaults for new deployments."""

    model_config = build_settings_config(("deployments",), frozen=True)

    default_work_pool_name: str | None = of("deployments.default_work_pool_name")
    default_docker_build_namespace: str | None = of("deployments.default_docker_build_namespace")
