"""Kept for packages that report their use: nothing is collected, and nothing is sent."""

from __future__ import annotations

from typing import Any

__all__ = ["emit_integration_event", "is_telemetry_enabled"]


def is_telemetry_enabled() -> bool:
    """Whether the use of the program is reported: it never is."""
    return False


def emit_integration_event(
    integration: str, event_name: str, extra_properties: dict[str, Any] | None = None
) -> bool:
    """Report the use of an integration: whether that was done, which it never is."""
    return False
