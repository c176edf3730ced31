"""The path under which packages import `ZipExtractor`."""

from prefect.bundles._archives import ZipExtractor

__all__ = ["ZipExtractor"]
