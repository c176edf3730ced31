"""Upward calls: the one table of functions that a higher floor lends to a lower one.

A wire `State` is on floor 1, but reading its result reaches storage on floor 6. The lower floor calls
``late.call("state.result", ...)``; the module named here is imported at the first call and supplies the
function.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

# hook -> "module:function" that supplies it
HOOKS: dict[str, str] = {
    "state.result": "prefect._engine.result:state_result",
    "state.aresult": "prefect._engine.result:state_aresult",
    "state.is_async": "prefect._engine.scope:dispatches_async",
    # what the template of a storage key may use of the run at hand: () -> dict of flow_run, task_run,
    # deployment, parameters
    "result.key_names": "prefect._engine.caching:key_names",
    # a saved block, by "type/name" or by the id of its document: async (reference, ports) -> Block
    "block.by_name": "prefect.blocks.loading:by_name",
    "block.by_id": "prefect.blocks.loading:by_id",
    # what an automation sends, by the block that it names: (Outgoing) -> what is told of it
    "automation.send": "prefect.blocks._sending:send",
    # what the methods of a flow do that make deployments of it
    "flow.to_deployment": "prefect._fleet.serve:deployment_of",
    "flow.serve": "prefect._fleet.serve:serve_flow",
    "flow.functions": "prefect._fleet.serve:function",
    "flow.bound": "prefect._fleet.deploying.bound:function",
    "flow.deploy": "prefect._fleet.deploying.flows:deploy_flow",
    # executing the background runs of a task in this process: (task) -> for as long as it runs
    "task_worker.serve": "prefect.task_worker:serve",
    "task_worker.aserve": "prefect.task_worker:aserve",
    # the startup hooks of plugins: () -> whether the environment has changed
    "plugins.start": "prefect.plugins:start",
    # the pull steps of a deployment, carried out: (steps, deployment, flow run) -> folder, or None
    "code.pull": "prefect._fleet.pull:carried_out",
}

_loaded: dict[str, Callable[..., Any]] = {}


def call(hook: str, *args: Any, **kwargs: Any) -> Any:
    """Call the function that a higher floor supplies for `hook`."""
    function = _loaded.get(hook)
    if function is None:
        module, _, name = HOOKS[hook].partition(":")
        function = _loaded[hook] = getattr(importlib.import_module(module), name)
    return function(*args, **kwargs)
