"""The health of a runner, asked over HTTP, and a way to end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel

from prefect._base import lazy
from prefect.settings import active
from prefect.utilities.asyncutils import run_coro_as_sync

if TYPE_CHECKING:
    from prefect.runner.runner import Runner

fastapi: Any = lazy.module("fastapi")
responses: Any = lazy.module("fastapi.responses")
uvicorn: Any = lazy.module("uvicorn")

__all__ = ["build_server", "perform_health_check", "run_count", "shutdown", "start_webserver"]


class RunnerGenericFlowRunRequest(BaseModel):
    """A run that is asked for."""

    entrypoint: str
    parameters: dict[str, Any] | None = None
    parent_task_run_id: UUID | None = None


def perform_health_check(runner: Runner, delay_threshold: int | None = None) -> Callable[..., Any]:
    """What answers whether the runner asked for runs in the last `delay_threshold` seconds."""
    if delay_threshold is None:
        missed: int = active()["runner.server.missed_polls_tolerance"]
        delay_threshold = missed * int(max(runner.query_seconds, 30.0))

    def _health_check() -> Any:
        last = runner.last_polled
        late = last is not None and (datetime.now(UTC) - last).total_seconds() > delay_threshold
        if late:
            return responses.JSONResponse(
                status_code=503, content={"message": "Runner is unresponsive at this time"}
            )
        return responses.JSONResponse(status_code=200, content={"message": "OK"})

    return _health_check


def run_count(runner: Runner) -> Callable[..., int]:
    """What answers how many runs go on."""

    def _run_count() -> int:
        return runner.run_count

    return _run_count


def shutdown(runner: Runner) -> Callable[..., Any]:
    """What ends the runner."""

    def _shutdown() -> Any:
        run_coro_as_sync(runner.astop())
        return responses.JSONResponse(status_code=200, content={"message": "OK"})

    return _shutdown


async def build_server(runner: Runner) -> Any:
    """An application with ``/health``, ``/run_count`` and ``/shutdown``."""
    app: Any = fastapi.FastAPI()
    app.add_api_route("/health", perform_health_check(runner=runner), methods=["GET"])
    app.add_api_route("/run_count", run_count(runner=runner), methods=["GET"])
    app.add_api_route("/shutdown", shutdown(runner=runner), methods=["POST"])
    return app


def start_webserver(runner: Runner, log_level: str | None = None) -> None:
    """Answer such requests; blocks the thread."""
    values = active()
    app = run_coro_as_sync(build_server(runner))
    uvicorn.run(
        app,
        host=values["runner.server.host"],
        port=values["runner.server.port"],
        log_level=(log_level or values["runner.server.log_level"]).lower(),
    )
