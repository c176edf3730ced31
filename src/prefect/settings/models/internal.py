"""Settings for those who work on this package."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, LogLevel, of


class InternalSettings(HouseSettings):
    """Settings for those who work on this package."""

    model_config = build_settings_config(("internal",), frozen=True)

    logging_level: LogLevel = of("internal.logging_level")
