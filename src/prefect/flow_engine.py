"""Running a flow from outside of its own call."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from prefect._base.drive import drive
from prefect._base.ports import AWAITING, BLOCKING
from prefect._engine import flow as engine
from prefect._engine.flow import FlowRunTimeoutError

if TYPE_CHECKING:
    from prefect.flows import Flow

__all__ = ["FlowRunTimeoutError", "run_flow", "run_flow_async", "run_flow_sync"]


def run_flow_sync(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
) -> Any:
    """Run a blocking flow with all its parameters given; its result or state."""
    return drive(engine.run_flow(flow, parameters or {}, BLOCKING, wait_for, return_type == "state"))


async def run_flow_async(
    flow: Flow[..., Any],
    parameters: Mapping[str, Any] | None = None,
    wait_for: Iterable[Any] | None = None,
    return_type: Literal["state", "result"] = "result",
) -> Any:
    """Run an async flow with all its parameters given; its result or state."""
    return await engine.run_flow(flow, parameters or {}, AWAITING, wait_for, return_type == "state")


def run_flow(flow: Flow[..., Any], **options: Any) -> Any | Coroutine[Any, Any, Any]:
    """:func:`run_flow_sync` or :func:`run_flow_async`, as the flow's function demands."""
    return run_flow_async(flow, **options) if flow.isasync else run_flow_sync(flow, **options)
