"""Workers: they take the runs of a work pool and put them onto infrastructure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.workers.process import ProcessWorker

__all__ = ["ProcessWorker"]

__getattr__, __dir__ = lazy.names(__name__, {"ProcessWorker": "prefect.workers.process"})
