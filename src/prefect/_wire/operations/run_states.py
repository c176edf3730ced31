"""Endpoints of the states that runs went through."""

from __future__ import annotations

from prefect._wire.operation import op

_STATE = "prefect._wire.states:State"

for kind in ("flow", "task"):
    op(
        "GET",
        f"/{kind}_run_states/{{id}}",
        f"run_states.read_{kind}_run_state",
        reply=_STATE,
        errors=(404,),
        reads=True,
        summary=f"Read a state of a {kind} run",
    )
    op(
        "GET",
        f"/{kind}_run_states/",
        f"run_states.read_for_{kind}_run",
        query={f"{kind}_run_id": "uuid"},
        reply=f"{_STATE}[]",
        reads=True,
        summary=f"List the states of a {kind} run",
    )
