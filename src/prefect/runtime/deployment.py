"""The deployment that the flow run at hand belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.runtime import flow_run
from prefect.runtime._attributes import attributes

if TYPE_CHECKING:
    id: str | None
    name: str | None
    version: str | None
    flow_run_id: str | None
    parameters: dict[str, Any]

lookup: Any = lazy.module("prefect._engine.lookup")


def _run() -> dict[str, Any]:
    return flow_run._data() or {}  # pyright: ignore[reportPrivateUsage]


def _id() -> str | None:
    return _run().get("deployment_id")


def _field(name: str) -> Any:
    id_ = _id()
    return lookup.deployment(id_)[name] if id_ is not None else None


def _parameters() -> dict[str, Any]:
    return dict(_run().get("parameters", {})) if _id() is not None else {}


_TABLE: dict[str, Callable[[], Any]] = {
    "id": _id,
    "name": lambda: _field("name"),
    "version": lambda: _field("version"),
    "flow_run_id": lambda: flow_run.id if _id() is not None else None,
    "parameters": _parameters,
}

FIELDS = sorted(_TABLE)
"""The attributes of this module."""

__getattr__, __dir__ = attributes("deployment", _TABLE)

# each attribute as a function
get_id = _TABLE["id"]
get_name = _TABLE["name"]
get_version = _TABLE["version"]
get_flow_run_id = _TABLE["flow_run_id"]
get_parameters = _TABLE["parameters"]
