"""Columns of runs as JSON of the wire: instants, durations, and what is reckoned at the moment of reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prefect._base.clock import to_iso
from prefect._base.jsontext import loads
from prefect._base.state import TERMINAL

_FINAL = frozenset(type_.value for type_ in TERMINAL)


def instant(at_us: int | None) -> str | None:
    return None if at_us is None else to_iso(at_us)


def decoded(text: str | None, empty: str, default: Any) -> Any:
    """The value of a JSON column; the usual empty text costs no parsing."""
    if text is None or text == empty:
        return default
    return loads(text)


def run_time_s(row: Mapping[str, Any], now_us: int) -> float:
    """How long the run has been running up to now, in seconds."""
    total_us = row["total_run_us"]
    if row["state_type"] == "RUNNING":
        total_us += max(0, now_us - row["state_at_us"])
    return total_us / 1e6


def lateness_s(row: Mapping[str, Any], now_us: int) -> float:
    """How much later than expected the run started, or has not started yet, in seconds; never below zero."""
    expected_us, start_us = row["expected_start_us"], row["start_us"]
    if expected_us is None:
        return 0.0
    if start_us is None:
        if row["state_type"] in _FINAL:
            return 0.0
        start_us = now_us
    return max(0, start_us - expected_us) / 1e6
