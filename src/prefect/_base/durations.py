"""Durations as people and JSON tell them: seconds, or texts of ISO 8601 such as ``PT1H30M``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

_ISO = re.compile(
    r"(?P<sign>[-+]?)P(?:(?P<weeks>[\d.]+)W)?(?:(?P<days>[\d.]+)D)?"
    r"(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)
_CLOCK = re.compile(
    r"(?:(?P<days>\d+) days?,? )?(?P<hours>\d+):(?P<minutes>\d\d)(?::(?P<seconds>\d\d(?:\.\d+)?))?"
)


def seconds_of(told: Any) -> float:
    """The seconds of a number, a `timedelta`, or a text; raises `ValueError` for anything else."""
    if isinstance(told, timedelta):
        return told.total_seconds()
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float(told)
    if isinstance(told, str):
        text = told.strip()
        try:
            return float(text)
        except ValueError:
            pass
        found = _ISO.fullmatch(text) or _CLOCK.fullmatch(text)
        if found is not None and any(char.isdigit() for char in text):
            parts = {
                name: float(value) for name, value in found.groupdict().items() if value and name != "sign"
            }
            seconds = timedelta(**parts).total_seconds()
            return -seconds if found.groupdict().get("sign") == "-" else seconds
    raise ValueError(f"{told!r} is no duration: tell seconds, or a text such as 'PT1H30M'.")
