"""Old path of `prefect.bundles`."""

from prefect.bundles import (
    BundleCreationResult,
    BundleLauncher,
    SerializedBundle,
    aupload_bundle_to_storage,
    convert_step_to_command,
    create_bundle_for_flow_run,
    execute_bundle_from_file,
    execute_bundle_in_subprocess,
    extract_flow_from_bundle,
    upload_bundle_to_storage,
)

__all__ = [
    "BundleCreationResult",
    "BundleLauncher",
    "SerializedBundle",
    "aupload_bundle_to_storage",
    "convert_step_to_command",
    "create_bundle_for_flow_run",
    "execute_bundle_from_file",
    "execute_bundle_in_subprocess",
    "extract_flow_from_bundle",
    "upload_bundle_to_storage",
]
