"""``prefect shell``: commands of the shell as flows, once or by schedule."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import render
from prefect._cli.command import Flag, Group
from prefect._cli.errors import FAILED, CommandError

asyncio: Any = lazy.module("asyncio")
flows: Any = lazy.module("prefect._cli.shell_flow")
prefect: Any = lazy.module("prefect")
forms: Any = lazy.module("prefect.client.schemas.schedules")
deployments: Any = lazy.module("prefect.deployments.runner")
runners: Any = lazy.module("prefect.runner.runner")
logs: Any = lazy.module("prefect.logging.configuration")

app = Group("shell", "Run commands of the shell as flows.")
TAG = "shell"

Shell = Annotated[str, Flag(help="The command, as the shell reads it.")]
LogOutput = Annotated[bool, Flag(help="Keep what it writes in the log of the run.")]
Stream = Annotated[bool, Flag(help="Show what it writes while it runs.")]
Tags = Annotated[list[str] | None, Flag("--tag", help="A tag of the run, beside 'shell'.")]


@app.command("watch")
def watch(
    command: Shell,
    *,
    log_output: LogOutput = True,
    flow_run_name: Annotated[str | None, Flag(help="The name of the run.")] = None,
    flow_name: Annotated[str, Flag(help="The name of the flow.")] = "Shell Command",
    stream_stdout: Stream = True,
    tag: Tags = None,
) -> None:
    """Run a command as a flow. The exit code is 1 if the command fails."""
    logs.ensure_logging_setup()
    flow = flows.run_shell_process.with_options(name=flow_name, flow_run_name=flow_run_name)
    with prefect.tags(TAG, *(tag or [])):
        state = flow(command, log_output=log_output, stream_stdout=stream_stdout, return_state=True)
    if not state.is_completed():
        raise CommandError(f"The run of the command is {state.name}: {state.message}", FAILED)


@app.command("serve")
def serve(
    command: Shell,
    *,
    flow_name: Annotated[str, Flag(help="The name of the flow.")],
    deployment_name: Annotated[str, Flag(help="The name of its deployment.")] = "CLI Runner Deployment",
    deployment_tags: Tags = None,
    log_output: Annotated[bool, Flag(help="Keep what it writes in the log of the run.", hidden=True)] = True,
    stream_stdout: Stream = True,
    cron_schedule: Annotated[str | None, Flag(help="When to run it, as a cron expression.")] = None,
    timezone: Annotated[str | None, Flag(help="The time zone of the schedule.")] = None,
    concurrency_limit: Annotated[int | None, Flag(help="How many runs at a time.")] = None,
    run_once: Annotated[bool, Flag(help="Run what is due now, and end when that has ended.")] = False,
) -> None:
    """Register a command as a deployment and execute its runs here, until this is stopped."""
    schedules: list[Any] | None = None
    if cron_schedule is not None:
        try:
            schedule = forms.construct_schedule(cron=cron_schedule, timezone=timezone)
        except ValueError as error:
            raise CommandError(str(error)) from None
        schedules = [{"schedule": schedule, "active": True}]
    deployment = deployments.RunnerDeployment.from_flow(
        flows.run_shell_process.with_options(name=flow_name),
        deployment_name,
        parameters={"command": command, "log_output": log_output, "stream_stdout": stream_stdout},
        schedules=schedules,
        tags=[TAG, *(deployment_tags or [])],
        entrypoint_type=deployments.EntrypointType.MODULE_PATH,
    )
    logs.ensure_logging_setup()
    try:
        asyncio.run(_serve(deployment, concurrency_limit, run_once))
    except KeyboardInterrupt:
        raise SystemExit(130) from None


async def _serve(deployment: Any, limit: int | None, run_once: bool) -> None:
    runner = runners.Runner(name=deployment.name, limit=limit)
    await runner.aadd_deployment(deployment)
    render.success(f"Your shell command is being served as '{deployment.full_name}'!")
    render.line(f"To start a run now:\n\n    prefect deployment run '{deployment.full_name}'\n")
    await runner.start(run_once=run_once)
