"""Schemas of the API for the server; its modules are imported when they are first asked for."""

from __future__ import annotations

from prefect._base import lazy

__getattr__, __dir__ = lazy.names(__name__, {})
