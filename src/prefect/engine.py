"""Mirror: signals of the engine; and what has moved from here, with a warning.

As a program, ``python -m prefect.engine [FLOW_RUN_ID]``, it executes a flow run that exists already.
"""

from __future__ import annotations

import importlib
import sys
import warnings
from typing import Any

from prefect._base import lazy
from prefect._engine.intent import Intent
from prefect._engine.intent import clear as clear_intent
from prefect._engine.intent import read as get_intent
from prefect.exceptions import Abort, Pause, TerminationSignal
from prefect.logging.loggers import get_logger

execution: Any = lazy.module("prefect._code.execution")

__all__ = ["Abort", "Intent", "Pause", "TerminationSignal", "clear_intent", "get_intent", "get_logger"]

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


if __name__ == "__main__":
    sys.exit(execution.main(sys.argv[1] if len(sys.argv) > 1 else None))
