"""Mirror: what task runners and workers of other packages ask of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._engine.outside import (
        UNTRACKABLE_TYPES,
        check_api_reachable,
        collect_task_run_inputs,
        collect_task_run_inputs_sync,
        get_deadline,
        get_state_for_result,
        link_state_to_flow_run_result,
        link_state_to_result,
        link_state_to_task_run_result,
        propose_state,
        propose_state_sync,
        resolve_inputs,
        resolve_inputs_sync,
        resolve_to_final_result,
        should_log_prints,
    )

outside: Any = lazy.module("prefect._engine.outside")

__all__ = [
    "UNTRACKABLE_TYPES",
    "check_api_reachable",
    "collect_task_run_inputs",
    "collect_task_run_inputs_sync",
    "get_deadline",
    "get_state_for_result",
    "link_state_to_flow_run_result",
    "link_state_to_result",
    "link_state_to_task_run_result",
    "propose_state",
    "propose_state_sync",
    "resolve_inputs",
    "resolve_inputs_sync",
    "resolve_to_final_result",
    "should_log_prints",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(outside, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
