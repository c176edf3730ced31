"""The task run that stands for a subflow in its parent shows the subflow's states."""

from __future__ import annotations

from prefect._base.state import StateValue


def mirrored(state: StateValue, subflow_run_id: str, task_run_id: str, flow_run_id: str | None) -> StateValue:
    """A copy of the subflow's `state` for that task run, without id; `flow_run_id` is the parent's."""
    details = {
        **state.details,
        "task_run_id": task_run_id,
        "flow_run_id": flow_run_id,
        "child_flow_run_id": subflow_run_id,
    }
    # the slot belongs to the flow run alone
    details.pop("deployment_concurrency_lease_id", None)
    set_ = {key: value for key, value in details.items() if value is not None}
    return StateValue(state.type, state.name, "", state.at_us, state.message, set_, state.data)
