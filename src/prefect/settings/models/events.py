"""How events are sent."""

from __future__ import annotations

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class EventsSettings(HouseSettings):
    """How events are sent."""

    model_config = build_settings_config(("events",), frozen=True)

    worker_max_queue_size: int = of("events.worker_max_queue_size")
