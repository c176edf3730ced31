"""How a worker works."""

from __future__ import annotations

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class WorkerWebserverSettings(HouseSettings):
    """The small web server of a worker."""

    model_config = build_settings_config(("worker", "webserver"), frozen=True)

    host: str = of("worker.webserver.host")
    port: int = of("worker.webserver.port")


class WorkerSettings(HouseSettings):
    """How a worker works."""

    model_config = build_settings_config(("worker",), frozen=True)

    debug_mode: bool = of("worker.debug_mode")
    heartbeat_seconds: float = of("worker.heartbeat_seconds")
    query_seconds: float = of("worker.query_seconds")
    prefetch_seconds: float = of("worker.prefetch_seconds")
    enable_cancellation: bool = of("worker.enable_cancellation")
    cancellation_poll_seconds: float = of("worker.cancellation_poll_seconds")
    webserver: WorkerWebserverSettings = Field(default_factory=WorkerWebserverSettings)
