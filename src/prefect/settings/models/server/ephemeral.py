"""Running without a separate server."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerEphemeralSettings(HouseSettings):
    """Running without a separate server."""

    model_config = build_settings_config(("server", "ephemeral"), frozen=True)

    enabled: bool = of("server.ephemeral.enabled")
    startup_timeout_seconds: int = of("server.ephemeral.startup_timeout_seconds")
