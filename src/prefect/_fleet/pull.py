"""The pull steps of a deployment, carried out in the process of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect._base import lazy
from prefect.logging.loggers import get_logger
from prefect.utilities.asyncutils import run_coro_as_sync

core: Any = lazy.module("prefect.deployments.steps.core")


def carried_out(steps: list[dict[str, Any]], deployment: Any = None, flow_run: Any = None) -> str | None:
    """Bring the code here; the directory that it is in, None for this one.

    A directory that a step tells without its root is below where the steps began, or else below where the
    last of them went.
    """
    began, logger = Path.cwd(), get_logger("deployment")
    running = core.run_steps(
        steps, print_function=logger.debug, deployment=deployment, flow_run=flow_run, logger=logger
    )
    outputs: dict[str, Any] = run_coro_as_sync(running) or {}
    directory = outputs.get("directory")
    if not directory:
        return None
    path = began / directory
    return str(path if path.is_dir() else Path.cwd() / directory)
