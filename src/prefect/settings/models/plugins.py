"""Which plugins are loaded at the start, and how."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class PluginsSettings(HouseSettings):
    """Which plugins are loaded at the start, and how."""

    model_config = build_settings_config(("plugins",), frozen=True)

    enabled: bool = of("plugins.enabled")
    allow: set[str] = of("plugins.allow")
    deny: set[str] = of("plugins.deny")
    setup_timeout_seconds: float = of("plugins.setup_timeout_seconds")
    strict: bool = of("plugins.strict")
    safe_mode: bool = of("plugins.safe_mode")
