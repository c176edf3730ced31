"""Flows that travel: packed into a bundle, carried by the storage of a work pool, executed elsewhere."""

from __future__ import annotations

from prefect.bundles._carrying import aupload_bundle_to_storage, upload_bundle_to_storage
from prefect.bundles._executing import execute_bundle_from_file, execute_bundle_in_subprocess
from prefect.bundles._packing import (
    BundleCreationResult,
    create_bundle_for_flow_run,
    extract_flow_from_bundle,
)
from prefect.bundles._steps import (
    BundleLauncher,
    BundleLauncherOverride,
    SerializedBundle,
    convert_step_to_command,
)

__all__ = [
    "BundleCreationResult",
    "BundleLauncher",
    "BundleLauncherOverride",
    "SerializedBundle",
    "aupload_bundle_to_storage",
    "convert_step_to_command",
    "create_bundle_for_flow_run",
    "execute_bundle_from_file",
    "execute_bundle_in_subprocess",
    "extract_flow_from_bundle",
    "upload_bundle_to_storage",
]
