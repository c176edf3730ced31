"""How a client behaves towards the API."""

from __future__ import annotations

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ClientMetricsSettings(HouseSettings):
    """The metrics that a client publishes."""

    model_config = build_settings_config(("client", "metrics"), frozen=True)

    enabled: bool = of("client.metrics.enabled")
    port: int = of("client.metrics.port")


class ClientSettings(HouseSettings):
    """How a client behaves towards the API."""

    model_config = build_settings_config(("client",), frozen=True)

    max_retries: int = of("client.max_retries")
    retry_jitter_factor: float = of("client.retry_jitter_factor")
    retry_extra_codes: set[int] = of("client.retry_extra_codes")
    csrf_support_enabled: bool = of("client.csrf_support_enabled")
    custom_headers: dict[str, str] = of("client.custom_headers")
    server_version_check_enabled: bool = of("client.server_version_check_enabled")
    metrics: ClientMetricsSettings = Field(default_factory=ClientMetricsSettings)
