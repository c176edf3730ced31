"""The health of a worker, asked over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect.settings import active

if TYPE_CHECKING:
    import uvicorn

    from prefect.workers.base import BaseWorker
else:
    uvicorn = lazy.module("uvicorn")

fastapi: Any = lazy.module("fastapi")
responses: Any = lazy.module("fastapi.responses")

__all__ = ["build_healthcheck_server", "start_healthcheck_server"]


def build_healthcheck_server(
    worker: BaseWorker[Any, Any, Any], query_interval_seconds: float, log_level: str = "error"
) -> uvicorn.Server:
    """A server of which ``GET /health`` answers 200 while the worker asks for runs, else 503."""
    app: Any = fastapi.FastAPI()

    def health() -> Any:
        if worker.is_worker_still_polling(query_interval_seconds=query_interval_seconds):
            return responses.JSONResponse(status_code=200, content={"message": "OK"})
        message = "Worker may be unresponsive at this time"
        return responses.JSONResponse(status_code=503, content={"message": message})

    app.add_api_route("/health", health, methods=["GET"])
    values = active()
    config = uvicorn.Config(
        app=app,
        host=values["worker.webserver.host"],
        port=values["worker.webserver.port"],
        log_level=log_level,
    )
    return uvicorn.Server(config=config)


def start_healthcheck_server(
    worker: BaseWorker[Any, Any, Any], query_interval_seconds: float, log_level: str = "error"
) -> None:
    """Answer questions about the health of the worker; blocks the thread."""
    build_healthcheck_server(worker, query_interval_seconds, log_level).run()
