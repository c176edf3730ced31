"""Clients of the API; `prefect.client.orchestration` has them."""

from __future__ import annotations

import warnings
from typing import Any

from prefect._base import lazy

_submodule, _ = lazy.names(__name__, {})
orchestration_module: Any = lazy.module("prefect.client.orchestration")


def __getattr__(name: str) -> Any:
    if name == "get_client":
        warnings.warn(
            "`prefect.client.get_client` has moved: import it from `prefect.client.orchestration`.",
            DeprecationWarning,
            stacklevel=2,
        )
        return orchestration_module.get_client
    return _submodule(name)
