"""Deployments: flows that are registered, so that their runs can be asked for."""

from __future__ import annotations

from prefect._base import lazy

_NAMES: dict[str, str] = {}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
