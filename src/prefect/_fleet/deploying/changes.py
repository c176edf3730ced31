"""What deploying changes, as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from prefect._base import lazy
from prefect._base.errors import OperationError
from prefect._wire.operation import named

choose: Any = lazy.module("prefect._link.choose")

Json = dict[str, Any]
_LONG = 60
_TECHNICAL = frozenset({"parameter_openapi_schema", "labels", "version_info"})


async def planned(body: Json) -> Json | None:
    """What creating a deployment from `body` would do; None where the server does not tell."""
    try:
        return await choose.awaiting().call(named("deployments.plan"), body=body)
    except OperationError as refused:
        if refused.status in (404, 405):  # a server that does not know the question
            return None
        raise


def lines(plan: Json | None) -> list[str]:
    """The changes of a plan, one on a line; none for a deployment that is new."""
    if plan is None or plan.get("deployment_id") is None:
        return []
    return [_line(each) for each in plan["changes"] if each["field"] not in _TECHNICAL]


def _line(change: Mapping[str, Any]) -> str:
    field, before, after = change["field"], _short(change["before"]), _short(change["after"])
    match change["action"]:
        case "added":
            return f"  + {field}: {after}"
        case "removed":
            return f"  - {field}: {before}"
        case "kept":
            return f"  = {field}: {before} (changed by hand since the last deployment, and kept)"
        case _:
            return f"  ~ {field}: {before} -> {after}"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        value = {key: inner for key, inner in value.items() if inner is not None}  # pyright: ignore[reportUnknownVariableType]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A plain table: columns below each other, two blanks between them."""
    every = [list(heads), *(list(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*every, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in every
    ]
