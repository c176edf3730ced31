"""Events, as the server handles them."""

from __future__ import annotations

from datetime import timedelta

from prefect.settings.base import build_settings_config
from prefect.settings.house import HouseSettings, of


class ServerEventsSettings(HouseSettings):
    """Events, as the server handles them."""

    model_config = build_settings_config(("server", "events"), frozen=True)

    stream_out_enabled: bool = of("server.events.stream_out_enabled")
    related_resource_cache_ttl: timedelta = of("server.events.related_resource_cache_ttl")
    maximum_labels_per_resource: int = of("server.events.maximum_labels_per_resource")
    maximum_related_resources: int = of("server.events.maximum_related_resources")
    maximum_size_bytes: int = of("server.events.maximum_size_bytes")
    expired_bucket_buffer: timedelta = of("server.events.expired_bucket_buffer")
    proactive_granularity: timedelta = of("server.events.proactive_granularity")
    retention_period: timedelta = of("server.events.retention_period")
    maximum_websocket_backfill: timedelta = of("server.events.maximum_websocket_backfill")
    websocket_backfill_page_size: int = of("server.events.websocket_backfill_page_size")
    messaging_broker: str = of("server.events.messaging_broker")
    messaging_cache: str = of("server.events.messaging_cache")
    causal_ordering: str = of("server.events.causal_ordering")
    maximum_event_name_length: int = of("server.events.maximum_event_name_length")
