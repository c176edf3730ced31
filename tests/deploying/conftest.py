"""The place of the fleet's tests, and flows in it."""

from __future__ import annotations

from tests.fleet.conftest import place

__all__ = ["place"]
