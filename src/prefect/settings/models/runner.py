"""How a runner works."""

from __future__ import annotations

from pydantic import Field

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, LogLevel, of


class RunnerServerSettings(HouseSettings):
    """The small web server of a runner."""

    model_config = build_settings_config(("runner", "server"), frozen=True)

    enable: bool = of("runner.server.enable")
    host: str = of("runner.server.host")
    port: int = of("runner.server.port")
    log_level: LogLevel = of("runner.server.log_level")
    missed_polls_tolerance: int = of("runner.server.missed_polls_tolerance")


class RunnerSettings(HouseSettings):
    """How a runner works."""

    model_config = build_settings_config(("runner",), frozen=True)

    process_limit: int = of("runner.process_limit")
    poll_frequency: int = of("runner.poll_frequency")
    crash_on_cancellation_failure: bool = of("runner.crash_on_cancellation_failure")
    auto_install_dependencies: bool = of("runner.auto_install_dependencies")
    server: RunnerServerSettings = Field(default_factory=RunnerServerSettings)
