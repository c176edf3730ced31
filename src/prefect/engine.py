"""Mirror: signals of the engine; and what has moved from here, with a warning."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from prefect.exceptions import Abort, Pause, TerminationSignal
from prefect.logging.loggers import get_logger

__all__ = ["Abort", "Pause", "TerminationSignal", "get_logger"]

_MOVED = {
    "pause_flow_run": "prefect.flow_runs",
    "resume_flow_run": "prefect.flow_runs",
    "suspend_flow_run": "prefect.flow_runs",
}


def __getattr__(name: str) -> Any:
    home = _MOVED.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(
        f"{__name__}.{name} is {home}.{name} now; import it from there.", DeprecationWarning, stacklevel=2
    )
    return getattr(importlib.import_module(home), name)
