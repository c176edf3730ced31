"""Streams of log lines."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerLogsSettings(HouseSettings):
    """Streams of log lines."""

    model_config = build_settings_config(("server", "logs"), frozen=True)

    stream_out_enabled: bool = of("server.logs.stream_out_enabled")
    stream_publishing_enabled: bool = of("server.logs.stream_publishing_enabled")
