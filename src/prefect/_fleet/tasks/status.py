"""The small web server of a task worker, which says what it does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from prefect._base import lazy

if TYPE_CHECKING:
    from prefect.task_worker import TaskWorker

fastapi: Any = lazy.module("fastapi")
uvicorn: Any = lazy.module("uvicorn")


def create_status_server(task_worker: TaskWorker) -> Any:
    """A FastAPI application that answers ``GET /status`` with what the worker does at the moment."""
    app = fastapi.FastAPI()

    async def status() -> dict[str, Any]:
        started_at = task_worker.started_at
        return {
            "client_id": task_worker.client_id,
            "started_at": None if started_at is None else started_at.isoformat(),
            "stopping": task_worker.stopping,
            "limit": task_worker.limit,
            "current": task_worker.current_tasks,
            "available": task_worker.available_tasks,
            "tasks": sorted(task.task_key for task in task_worker.tasks),
            "finished": task_worker.finished_tasks,
            "in_flight": sorted(task_worker.in_flight_tasks),
        }

    app.add_api_route("/status", status, methods=["GET"])
    return app


@contextlib.asynccontextmanager
async def serving(task_worker: TaskWorker, port: int | None) -> AsyncIterator[None]:
    """Serve the status on the loopback while the block lasts; without a port there is nothing to do."""
    if port is None:
        yield
        return
    config = uvicorn.Config(
        create_status_server(task_worker),
        host="127.0.0.1",
        port=port,
        access_log=False,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    server.capture_signals = contextlib.nullcontext
    running = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await running
