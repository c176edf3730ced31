"""Endpoints of lines of log."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "POST",
    "/logs/",
    "logs.create",
    body="prefect._wire.logs:LogCreate[]",
    status=201,
    summary="Keep lines of log",
)
op(
    "POST",
    "/logs/filter",
    "logs.filter",
    body="prefect._wire.requests:LogsFilter",
    reply="prefect._wire.logs:Log[]",
    reads=True,
    summary="List lines of log",
)
