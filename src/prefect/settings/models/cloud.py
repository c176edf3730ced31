"""Where Prefect Cloud is, and what it accepts."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class CloudSettings(HouseSettings):
    """Where Prefect Cloud is, and what it accepts."""

    model_config = build_settings_config(("cloud",), frozen=True)

    api_url: str = of("cloud.api_url")
    enable_orchestration_telemetry: bool = of("cloud.enable_orchestration_telemetry")
    max_log_size: int = of("cloud.max_log_size")
    ui_url: str | None = of("cloud.ui_url")
