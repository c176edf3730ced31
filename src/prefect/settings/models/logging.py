"""What is logged, and how it looks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, LogLevel, of


class LoggingToAPISettings(HouseSettings):
    """How log lines reach the API."""

    model_config = build_settings_config(("logging", "to_api"), frozen=True)

    enabled: bool = of("logging.to_api.enabled")
    batch_interval: float = of("logging.to_api.batch_interval")
    batch_size: int = of("logging.to_api.batch_size")
    max_log_size: int = of("logging.to_api.max_log_size")
    when_missing_flow: Literal["warn", "error", "ignore"] = of("logging.to_api.when_missing_flow")


class LoggingSettings(HouseSettings):
    """What is logged, and how it looks."""

    model_config = build_settings_config(("logging",), frozen=True)

    level: LogLevel = of("logging.level")
    config_path: Path = of("logging.config_path")
    extra_loggers: list[str] = of("logging.extra_loggers")
    log_prints: bool = of("logging.log_prints")
    colors: bool = of("logging.colors")
    markup: bool = of("logging.markup")
    to_api: LoggingToAPISettings = Field(default_factory=LoggingToAPISettings)
