"""The road from a command to the operations of the API, in this process or over HTTP."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.drive import drive
from prefect._wire.operation import OPERATIONS

choose: Any = lazy.module("prefect._link.choose")

# the most that one answer of the API holds
PAGE = 200


def call(name: str, /, **arguments: Any) -> Any:
    """Call an operation by its name (``"variables.create"``) and return its JSON-shaped answer.

    Takes what the operation takes: the names of its path, its query, and ``body``. Raises `OperationError`.
    """
    if name not in OPERATIONS:
        importlib.import_module(f"prefect._wire.operations.{name.partition('.')[0]}")
    return drive(choose.blocking().call(OPERATIONS[name], **arguments))


def listed(name: str, body: Mapping[str, Any], *, limit: int | None) -> list[dict[str, Any]]:
    """Up to `limit` (None: all) things from a filter operation, asked for page by page."""
    found: list[dict[str, Any]] = []
    while limit is None or len(found) < limit:
        size = PAGE if limit is None else min(PAGE, limit - len(found))
        page = call(name, body={**body, "limit": size, "offset": len(found)})
        found.extend(page)
        if len(page) < size:
            break
    return found
