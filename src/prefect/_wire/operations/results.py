"""Endpoints of small results that are kept in the store."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/results/",
    "results.keep",
    body="prefect._wire.kept_results:ResultKeep",
    status=204,
    summary="Keep a small result",
)
op(
    "POST",
    "/results/read",
    "results.read",
    body="prefect._wire.kept_results:ResultRead",
    reply="prefect._wire.kept_results:KeptResult",
    errors=(404,),
    reads=True,
    summary="Read a result that is kept",
)
