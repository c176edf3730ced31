"""What is known of the run at hand, as plain attributes: ``prefect.runtime.flow_run.name``."""

from __future__ import annotations

from prefect.runtime import deployment, flow_run, task_run

__all__ = ["deployment", "flow_run", "task_run"]
