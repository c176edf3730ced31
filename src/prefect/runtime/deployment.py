"""The deployment that the flow run at hand belongs to."""

from __future__ import annotations

from typing import Any

from prefect._base import lazy
from prefect.runtime import flow_run
from prefect.runtime._attributes import attributes

lookup: Any = lazy.module("prefect._engine.lookup")


def _id() -> str | None:
    data = flow_run._data()  # pyright: ignore[reportPrivateUsage]
    return data.get("deployment_id") if data is not None else None


def _field(name: str) -> Any:
    id_ = _id()
    return lookup.deployment(id_)[name] if id_ is not None else None


def _parameters() -> dict[str, Any]:
    return dict(flow_run._data().get("parameters", {})) if _id() is not None else {}  # pyright: ignore[reportPrivateUsage, reportOptionalMemberAccess]


__getattr__, __dir__ = attributes(
    "deployment",
    {
        "id": _id,
        "name": lambda: _field("name"),
        "version": lambda: _field("version"),
        "flow_run_id": lambda: flow_run.id if _id() is not None else None,  # pyright: ignore[reportAttributeAccessIssue]
        "parameters": _parameters,
    },
)
