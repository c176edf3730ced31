"""The path under which packages import what concerns the launchers of bundles."""

from prefect.bundles._steps import get_launcher_for_side, resolve_bundle_step_with_launcher

__all__ = ["get_launcher_for_side", "resolve_bundle_step_with_launcher"]
