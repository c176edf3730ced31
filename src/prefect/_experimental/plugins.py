"""Old path of `prefect.plugins`."""

from prefect.plugins import HookContext, HookSpec, SetupResult, SetupSummary, register_hook, run_startup_hooks

__all__ = ["HookContext", "HookSpec", "SetupResult", "SetupSummary", "register_hook", "run_startup_hooks"]
