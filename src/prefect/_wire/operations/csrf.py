"""The endpoint that gives browsers their token."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "GET",
    "/csrf-token",
    "csrf.token",
    query={"client": "text"},
    reply="prefect.client.schemas._others:CsrfToken",
    summary="Get the token that changes have to show",
)
