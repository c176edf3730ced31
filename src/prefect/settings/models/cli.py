"""How the command line talks to people."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class CLISettings(HouseSettings):
    """How the command line talks to people."""

    model_config = build_settings_config(("cli",), frozen=True)

    colors: bool = of("cli.colors")
    prompt: bool | None = of("cli.prompt")
    wrap_lines: bool = of("cli.wrap_lines")
