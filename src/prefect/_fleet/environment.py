"""The environment of processes that execute runs: the settings that hold here, and which run it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from prefect._base import lazy
from prefect._code.execution import ATTEMPT, RUN_ID
from prefect.settings import active

public: Any = lazy.module("prefect.settings")

_latest: tuple[Mapping[str, Any] | None, dict[str, str]] = (None, {})


def settings() -> dict[str, str]:
    """The settings that somebody has changed, as variables; only those that the environment lacks."""
    global _latest
    values = active()
    if _latest[0] is not values:
        found: dict[str, str] = public.get_current_settings().to_environment_variables(exclude_unset=True)
        _latest = (values, found)
    return {name: value for name, value in _latest[1].items() if os.environ.get(name) != value}


def complete(changes: Mapping[str, str | None], run_id: str, attempt: int | None) -> dict[str, str]:
    """The whole environment of a new interpreter."""
    full = {**os.environ, **changes, RUN_ID: run_id}
    if attempt is not None:
        full[ATTEMPT] = str(attempt)
    return {name: value for name, value in full.items() if value is not None}


def differences(env: Mapping[str, str | None]) -> dict[str, str | None]:
    """What of an environment is different from that of this process."""
    return {name: value for name, value in env.items() if os.environ.get(name) != value}
