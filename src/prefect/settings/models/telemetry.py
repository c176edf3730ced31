"""What is measured about runs."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class TelemetrySettings(HouseSettings):
    """What is measured about runs."""

    model_config = build_settings_config(("telemetry",), frozen=True)

    enable_resource_metrics: bool = of("telemetry.enable_resource_metrics")
    resource_metrics_interval_seconds: int = of("telemetry.resource_metrics_interval_seconds")
