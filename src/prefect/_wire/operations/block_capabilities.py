"""The endpoint of what blocks can do."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "GET",
    "/block_capabilities/",
    "block_capabilities.read",
    reads=True,
    summary="List the capabilities of block schemas",
)
