"""Assets: what tasks make outside of the orchestrator, told as events."""

from __future__ import annotations

from prefect.assets.core import Asset, AssetProperties, add_asset_metadata
from prefect.assets.materialize import materialize

__all__ = ["Asset", "AssetProperties", "add_asset_metadata", "materialize"]
