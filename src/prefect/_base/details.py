"""The details of a state, inside and on the wire: instants are microseconds inside, ISO text outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import from_iso, to_iso
from prefect._base.state import DETAIL_DEFAULTS

# inside -> on the wire
INSTANTS: Mapping[str, str] = {
    "scheduled_us": "scheduled_time",
    "cache_expiration_us": "cache_expiration",
    "pause_timeout_us": "pause_timeout",
}
_INSIDE: Mapping[str, str] = {wire: inside for inside, wire in INSTANTS.items()}


def to_wire(details: Mapping[str, Any]) -> dict[str, Any]:
    """`details` of a `StateValue` as JSON values under wire names; only the keys that are set."""
    if details.keys().isdisjoint(INSTANTS):
        return dict(details)
    return {
        INSTANTS.get(key, key): to_iso(value) if key in INSTANTS and value is not None else value
        for key, value in details.items()
    }


def from_wire(details: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`to_wire`; keys with the value that stands for "not set" are left out."""
    kept = {key: value for key, value in details.items() if value != DETAIL_DEFAULTS.get(key)}
    if kept.keys().isdisjoint(_INSIDE):
        return kept
    return {
        _INSIDE.get(key, key): from_iso(value) if key in _INSIDE else value for key, value in kept.items()
    }
