"""Defaults for flows."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class FlowsSettings(HouseSettings):
    """Defaults for flows."""

    model_config = build_settings_config(("flows",), frozen=True)

    heartbeat_frequency: int | None = of("flows.heartbeat_frequency")
    default_retries: int = of("flows.default_retries")
    default_retry_delay_seconds: int | float | list[float] = of("flows.default_retry_delay_seconds")
