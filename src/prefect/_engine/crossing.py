"""The context at hand as a value that crosses to another thread, process or machine, and back.

It carries ids, names, tags, settings and options, never the user's flow function: a process that runs one
task of a flow need not be able to import the flow.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from prefect._base import lazy
from prefect._base.state import StateValue
from prefect._engine import asset_scope, scope
from prefect._engine.run import LiveFlowRun
from prefect.context import FlowRunContext
from prefect.settings import current

assets: Any = lazy.module("prefect._engine.assets")
keys: Any = lazy.module("prefect.settings.keys")
choose: Any = lazy.module("prefect._link.choose")
task_runners: Any = lazy.module("prefect.task_runners")


@dataclass(frozen=True, slots=True)
class FlowOutline:
    """What a detached context knows of its flow."""

    name: str
    version: str | None
    log_prints: bool | None = None
    persist_result: bool | None = None
    retries: int = 0


def pack(asset_ctx_kwargs: dict[str, Any] | None = None) -> dict[str, Any]:
    """The context at hand as a dictionary that cloudpickle can take."""
    flow = scope.flow_scope.get()
    task = scope.task_scope.get()
    return {
        "flow_run_context": _pack_flow(flow) if flow is not None else {},
        "task_run_context": {"task_run_id": task.run.id, "flow_run_id": task.run.flow_run_id} if task else {},
        "tags_context": {"current_tags": sorted(scope.tag_scope.get())},
        "settings_context": current.changes(),
        "asset_context": assets.packed(asset_ctx_kwargs) if _has_assets(asset_ctx_kwargs, flow) else {},
        "deployment_id": flow.run.data.get("deployment_id") if flow is not None else None,
        "deployment_parameters": None,
    }


def _has_assets(asset_ctx_kwargs: dict[str, Any] | None, flow: FlowRunContext | None) -> bool:
    return bool(asset_ctx_kwargs) and asset_scope.wanted(asset_ctx_kwargs["task"], flow)


def _pack_flow(context: FlowRunContext) -> dict[str, Any]:
    flow, run = context.flow, context.run
    return {
        "data": {**run.data, "name": run.name, "parameters": {}, "run_count": run.run_count},
        "flow_name": run.flow_name,
        "flow_version": getattr(flow, "version", None),
        "state": StateValue(run.state.type, run.state.name, run.state.id, run.state.at_us, run.state.message),
        "log_prints": context.log_prints,
        "persist_result": context.persist_result,
        "result_store": context.result_store,
        "is_async": context.is_async,
    }


@contextlib.contextmanager
def unpacked(packed: dict[str, Any] | None) -> Generator[None]:
    """Run the body in the context that :func:`pack` packed; None and an empty one leave it as it is."""
    if not packed:
        yield
        return
    with contextlib.ExitStack() as stack:
        overrides = packed.get("settings_context")
        if overrides:
            token = current.scope.set(keys.scoped(current.snapshot(), overrides, None, None))
            stack.callback(current.scope.reset, token)
        tag_token = scope.tag_scope.set(frozenset(packed.get("tags_context", {}).get("current_tags", ())))
        stack.callback(scope.tag_scope.reset, tag_token)
        if packed.get("flow_run_context"):
            stack.enter_context(_unpacked_flow(packed["flow_run_context"]))
        if packed.get("asset_context"):
            stack.enter_context(assets.unpacked(packed["asset_context"]))
        yield


@contextlib.contextmanager
def _unpacked_flow(packed: dict[str, Any]) -> Generator[None]:
    run = LiveFlowRun(packed["data"], packed["flow_name"], packed["state"])
    outline: Any = FlowOutline(
        packed["flow_name"], packed["flow_version"], packed["log_prints"], packed["persist_result"]
    )
    with task_runners.ThreadPoolTaskRunner() as runner:
        context = FlowRunContext(
            outline,
            run,
            choose.blocking(),
            is_async=False,
            task_runner=runner,
            parameters={},
            log_prints=packed["log_prints"],
            persist_result=packed["persist_result"],
            result_store=packed["result_store"],
            detached=True,
        )
        with context:
            yield
