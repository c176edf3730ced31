"""Mirror: assets and their properties."""

from __future__ import annotations

from prefect._engine.assets import (
    MAX_ASSET_DESCRIPTION_LENGTH,
    Asset,
    AssetProperties,
    add_asset_metadata,
)

__all__ = ["MAX_ASSET_DESCRIPTION_LENGTH", "Asset", "AssetProperties", "add_asset_metadata"]
