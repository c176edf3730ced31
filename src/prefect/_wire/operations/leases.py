"""Endpoints of the leases under which processes hold their runs."""

from __future__ import annotations

from prefect._wire.operation import op

op("POST", "/leases/renew", "leases.renew", summary="Renew all leases of the process that asks")
