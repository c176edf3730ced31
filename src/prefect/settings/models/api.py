"""How a client reaches the API."""

from __future__ import annotations

from pydantic import SecretStr

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class APISettings(HouseSettings):
    """How a client reaches the API."""

    model_config = build_settings_config(("api",), frozen=True)

    url: str | None = of("api.url")
    auth_string: SecretStr | None = of("api.auth_string")
    key: SecretStr | None = of("api.key")
    tls_insecure_skip_verify: bool = of("api.tls_insecure_skip_verify")
    ssl_cert_file: str | None = of("api.ssl_cert_file")
    enable_http2: bool = of("api.enable_http2")
    request_timeout: float = of("api.request_timeout")
