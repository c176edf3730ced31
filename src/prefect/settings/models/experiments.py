"""What is said about experimental features."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ExperimentsSettings(HouseSettings):
    """What is said about experimental features."""

    model_config = build_settings_config(("experiments",), frozen=True)

    warn: bool = of("experiments.warn")
