"""Where results are kept, and in which form."""

from __future__ import annotations

from pathlib import Path

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ResultsSettings(HouseSettings):
    """Where results are kept, and in which form."""

    model_config = build_settings_config(("results",), frozen=True)

    default_serializer: str = of("results.default_serializer")
    persist_by_default: bool = of("results.persist_by_default")
    default_storage_block: str | None = of("results.default_storage_block")
    local_storage_path: Path = of("results.local_storage_path")
