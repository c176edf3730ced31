"""The HTTP side of the server."""

from __future__ import annotations

from datetime import timedelta

from pydantic import SecretStr

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerAPISettings(HouseSettings):
    """The HTTP side of the server."""

    model_config = build_settings_config(("server", "api"), frozen=True)

    auth_string: SecretStr | None = of("server.api.auth_string")
    host: str = of("server.api.host")
    port: int = of("server.api.port")
    base_path: str | None = of("server.api.base_path")
    default_limit: int = of("server.api.default_limit")
    keepalive_timeout: int = of("server.api.keepalive_timeout")
    csrf_protection_enabled: bool = of("server.api.csrf_protection_enabled")
    csrf_token_expiration: timedelta = of("server.api.csrf_token_expiration")
    cors_allowed_origins: str = of("server.api.cors_allowed_origins")
    cors_allowed_methods: str = of("server.api.cors_allowed_methods")
    cors_allowed_headers: str = of("server.api.cors_allowed_headers")
    websocket_ping_interval: float = of("server.api.websocket_ping_interval")
    websocket_ping_timeout: float = of("server.api.websocket_ping_timeout")
    max_parameter_size: int = of("server.api.max_parameter_size")
