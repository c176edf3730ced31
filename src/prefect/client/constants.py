"""What clients and servers agree on."""

from __future__ import annotations

from prefect._base.version import API_VERSION

SERVER_API_VERSION = API_VERSION

__all__ = ["SERVER_API_VERSION"]
