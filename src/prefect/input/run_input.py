"""Mirror: typed inputs of flow runs."""

from __future__ import annotations

from prefect.input._models import (
    AutomaticRunInput,
    BaseRunInput,
    Keyset,
    RunInput,
    RunInputMetadata,
    keyset_from_base_key,
    keyset_from_paused_state,
    run_input_subclass_from_type,
)
from prefect.input._receiving import (
    GetAutomaticInputHandler,
    GetInputHandler,
    asend_input,
    receive_input,
    send_input,
)

__all__ = [
    "AutomaticRunInput",
    "BaseRunInput",
    "GetAutomaticInputHandler",
    "GetInputHandler",
    "Keyset",
    "RunInput",
    "RunInputMetadata",
    "asend_input",
    "keyset_from_base_key",
    "keyset_from_paused_state",
    "receive_input",
    "run_input_subclass_from_type",
    "send_input",
]
