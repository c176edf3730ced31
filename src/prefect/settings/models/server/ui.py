"""The web interface."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerUISettings(HouseSettings):
    """The web interface."""

    model_config = build_settings_config(("server", "ui"), frozen=True)

    enabled: bool = of("server.ui.enabled")
    v2_enabled: bool = of("server.ui.v2_enabled")
    api_url: str | None = of("server.ui.api_url")
    serve_base: str = of("server.ui.serve_base")
    static_directory: str | None = of("server.ui.static_directory")
    show_promotional_content: bool = of("server.ui.show_promotional_content")
