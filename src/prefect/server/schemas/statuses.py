"""States of what runs are sent to. Each name is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect._wire.deployments import DeploymentStatus as DeploymentStatus
    from prefect._wire.work_pools import WorkPoolStatus as WorkPoolStatus
    from prefect._wire.work_queues import WorkQueueStatus as WorkQueueStatus
    from prefect._wire.workers import WorkerStatus as WorkerStatus

_NAMES = {
    "DeploymentStatus": "prefect._wire.deployments",
    "WorkPoolStatus": "prefect._wire.work_pools",
    "WorkQueueStatus": "prefect._wire.work_queues",
    "WorkerStatus": "prefect._wire.workers",
}

__getattr__, __dir__ = lazy.names(__name__, _NAMES)
