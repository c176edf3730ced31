"""The endpoint that tells why a run is not running."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "GET",
    "/flow_runs/{id}/why",
    "why.read",
    reply="prefect._wire.why:Why",
    errors=(404,),
    reads=True,
    summary="Why a flow run is not running",
)
