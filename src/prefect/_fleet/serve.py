"""Serving flows: `serve`, `aserve` and what the methods of `Flow` do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._base import lazy
from prefect._code import execution
from prefect.deployments.runner import RunnerDeployment
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger
from prefect.runner.runner import Runner
from prefect.settings import active

if TYPE_CHECKING:
    from prefect.flows import Flow

scope: Any = lazy.module("prefect._engine.scope")


def serve(
    *args: RunnerDeployment,
    pause_on_shutdown: bool = True,
    print_starting_message: bool = True,
    limit: int | None = None,
    **kwargs: Any,
) -> None:
    """Serve deployments of flows of this program until it is ended: their runs are executed here.

    >>> if __name__ == "__main__":
    ...     serve(extract.to_deployment("extract"), load.to_deployment("load", cron="0 * * * *"))

    :param pause_on_shutdown: pause the schedules of the deployments when the program ends
    :param print_starting_message: say what is served and how to stop
    :param limit: how many runs at a time; None for any number
    :param kwargs: further options of :class:`prefect.runner.Runner`

    Raises `RuntimeError` while an event loop runs here; `aserve` is for that.
    """
    execution.refuse_while_loading("serve()")
    if scope.running_loop() is not None:
        raise RuntimeError(
            "serve() cannot be called while an event loop is running; use `await prefect.aserve(...)`."
        )
    asyncio.run(
        aserve(
            *args,
            pause_on_shutdown=pause_on_shutdown,
            print_starting_message=print_starting_message,
            limit=limit,
            **kwargs,
        )
    )


async def aserve(
    *args: RunnerDeployment,
    pause_on_shutdown: bool = True,
    print_starting_message: bool = True,
    limit: int | None = None,
    **kwargs: Any,
) -> None:
    """:func:`serve` for async code."""
    execution.refuse_while_loading("aserve()")
    ensure_logging_setup()
    runner = Runner(pause_on_shutdown=pause_on_shutdown, limit=limit, **kwargs)
    for deployment in args:
        if deployment.work_pool_name:
            get_logger("runner").warning(
                "Deployment %r is served here, so that its work pool %r is left out; use `deploy` for it.",
                deployment.name,
                deployment.work_pool_name,
            )
            deployment.work_pool_name = None
            deployment.work_queue_name = None
            deployment.job_variables = {}
        await runner.aadd_deployment(deployment)
    if print_starting_message:
        print(_starting(args), flush=True)
    await runner.start()


def serve_flow(
    flow: Flow[..., Any],
    name: str | None,
    global_limit: Any,
    pause_on_shutdown: bool,
    print_starting_message: bool,
    limit: int | None,
    webserver: bool,
    options: dict[str, Any],
) -> None:
    """What `Flow.serve` does."""
    execution.refuse_while_loading(f"{flow.name}.serve()")
    name = flow.name if name is None else Path(name).stem if name.endswith(".py") else name
    deployment = RunnerDeployment.from_flow(flow, name, concurrency_limit=global_limit, **options)
    serve(
        deployment,
        pause_on_shutdown=pause_on_shutdown,
        print_starting_message=print_starting_message,
        limit=limit,
        webserver=webserver,
    )


def deployment_of(flow: Flow[..., Any], name: str, **options: Any) -> RunnerDeployment:
    """What `Flow.to_deployment` makes."""
    return RunnerDeployment.from_flow(flow, name, **options)


def function(name: str) -> Any:
    """`serve` or `aserve`, which `prefect.flows` has as well."""
    return {"serve": serve, "aserve": aserve}[name]


def _starting(deployments: tuple[RunnerDeployment, ...]) -> str:
    ui_url = active()["ui_url"]
    lines: list[str] = []
    if len(deployments) == 1:
        only = deployments[0]
        lines.append(f"Your flow {only.flow_name!r} is being served and waits for its runs!")
    else:
        lines.append("Your deployments are being served and wait for their runs!")
        lines.extend(f"  {each.full_name}" for each in deployments)
    if deployments:
        lines.append("\nTo start a run now:\n")
        lines.append(f"    prefect deployment run '{deployments[0].full_name}'")
    if ui_url and active()["api.url"]:
        lines.append(f"\nThe deployments are shown at {ui_url.rstrip('/')}/deployments")
    lines.append("\nStop serving with Ctrl-C.")
    return "\n".join(lines)


for _public in (serve, aserve):
    _public.__module__ = "prefect.flows"
