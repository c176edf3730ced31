"""Clients of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.client.orchestration import get_client

_NAMES = {"get_client": "prefect.client.orchestration"}

__all__ = ["get_client"]

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
