"""Old path of `prefect.bundles._zip_extractor`."""

from prefect.bundles._archives import ZipExtractor

__all__ = ["ZipExtractor"]
