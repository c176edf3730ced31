"""The queue of the background work of the server."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerDocketSettings(HouseSettings):
    """The queue of the background work of the server."""

    model_config = build_settings_config(("server", "docket"), frozen=True)

    name: str = of("server.docket.name")
    url: str = of("server.docket.url")
