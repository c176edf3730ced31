"""Inputs of flow runs: what a run asks people for, and what runs send to each other.

::

    from prefect.input import RunInput, receive_input, send_input

    class Approval(RunInput):
        approved: bool
        comment: str = ""

    approval = pause_flow_run(wait_for_input=Approval)   # in a flow
    send_input("ready", flow_run_id=other)               # in a flow or outside
    for word in receive_input(str, timeout=60): ...      # in the other flow
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.input.actions import (
        acreate_flow_run_input,
        acreate_flow_run_input_from_model,
        adelete_flow_run_input,
        afilter_flow_run_input,
        aread_flow_run_input,
        create_flow_run_input,
        create_flow_run_input_from_model,
        delete_flow_run_input,
        filter_flow_run_input,
        read_flow_run_input,
    )
    from prefect.input.run_input import (
        GetInputHandler,
        Keyset,
        RunInput,
        RunInputMetadata,
        keyset_from_base_key,
        keyset_from_paused_state,
        receive_input,
        send_input,
    )

__all__ = [
    "GetInputHandler",
    "Keyset",
    "RunInput",
    "RunInputMetadata",
    "acreate_flow_run_input",
    "acreate_flow_run_input_from_model",
    "adelete_flow_run_input",
    "afilter_flow_run_input",
    "aread_flow_run_input",
    "create_flow_run_input",
    "create_flow_run_input_from_model",
    "delete_flow_run_input",
    "filter_flow_run_input",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "read_flow_run_input",
    "receive_input",
    "send_input",
]

_NAMES = {
    name: "prefect.input.actions"
    if name.endswith(("_flow_run_input", "_from_model"))
    else "prefect.input.run_input"
    for name in __all__
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
