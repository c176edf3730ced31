"""How much of a list is answered: `limit` and `offset` of a request."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect._base.errors import Invalid
from prefect._wire.operation import JsonObject

settings: Any = lazy.module("prefect.settings")


def most() -> int:
    """How many objects one answer holds at most, by setting."""
    return settings.active()["server.api.default_limit"]


def bounds(body: JsonObject) -> tuple[int, int]:
    """`limit` and `offset` of a filter request; raises `Invalid` when they are out of range."""
    largest = most()
    limit = body.get("limit")
    if limit is None:
        limit = largest
    offset = body.get("offset") or 0
    if limit > largest:
        raise Invalid(f"Invalid limit: must be less than or equal to {largest}.")
    if limit < 0:
        raise Invalid("Invalid limit: must be greater than or equal to 0.")
    if offset < 0:
        raise Invalid("Invalid offset: must be greater than or equal to 0.")
    return limit, offset
