"""``prefect flow``: what has been run here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._cli import client, render, runs
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

entrypoints: Any = lazy.module("prefect._code.entrypoints")
broken: Any = lazy.module("prefect._code.broken")
exceptions: Any = lazy.module("prefect.exceptions")
forms: Any = lazy.module("prefect.client.schemas.schedules")
deployments: Any = lazy.module("prefect.deployments.runner")
serving: Any = lazy.module("prefect._fleet.serve")

app = Group("flow", "See flows.")


@app.command("ls")
def ls(*, limit: Annotated[int, Flag(help="How many at most.")] = 15, output: Output = None) -> None:
    """List flows, the newest first."""
    as_json = render.wants_json(output)
    found = client.listed("flows.filter", {"sort": "CREATED_DESC"}, limit=runs.checked_limit(limit))
    if as_json:
        render.json_value(found)
        return
    rows = [(each["id"], each["name"], render.when(each["created"])) for each in found]
    render.table((runs.ID, "Name", "Created"), rows, title="Flows")


@app.command("serve")
def serve(
    entrypoint: Annotated[str, Flag(help="The flow: path/to/file.py:function, or package.module.function.")],
    *,
    name: Annotated[str, Flag("--name", "-n", help="The name of the deployment.")],
    description: Annotated[str | None, Flag("--description", "-d", help="What it is for.")] = None,
    version: Annotated[str | None, Flag("--version", "-v", help="Its version.")] = None,
    tag: Annotated[list[str] | None, Flag("--tag", "-t", help="A tag of its runs.")] = None,
    cron: Annotated[str | None, Flag(help="When to run, as a cron expression.")] = None,
    interval: Annotated[int | None, Flag(help="Seconds between runs.")] = None,
    anchor_date: Annotated[str | None, Flag(help="An instant from which intervals are counted.")] = None,
    rrule: Annotated[str | None, Flag(help="When to run, as a recurrence rule.")] = None,
    timezone: Annotated[str | None, Flag(help="The time zone of the schedule.")] = None,
    pause_on_shutdown: Annotated[bool, Flag(help="Whether its schedule is paused at the end.")] = True,
    limit: Annotated[int | None, Flag(help="How many runs at a time here.")] = None,
    global_limit: Annotated[int | None, Flag(help="How many runs at a time anywhere.")] = None,
) -> None:
    """Serve a flow: register it as a deployment and execute its runs here, until it is stopped."""
    schedules: list[Any] | None = None
    if any(each is not None for each in (cron, interval, rrule)):
        try:
            schedule = forms.construct_schedule(
                interval=interval, cron=cron, rrule=rrule, timezone=timezone, anchor_date=anchor_date
            )
        except ValueError as error:
            raise CommandError(str(error)) from None
        schedules = [{"schedule": schedule, "active": True}]
    try:
        flow = entrypoints.load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
    except FileNotFoundError as error:
        raise CommandError(f"There is no file {error.filename!r} here, in {Path.cwd()}.") from None
    except (ModuleNotFoundError, ValueError) as error:
        raise CommandError(f"The flow cannot be loaded from {entrypoint!r}: {error}") from None
    except exceptions.ScriptError as error:
        raise CommandError(
            f"{entrypoint.rpartition(':')[0]} cannot be imported:\n{broken.last_lines(error.user_exc)}"
        ) from None
    deployment = deployments.RunnerDeployment.from_flow(
        flow,
        name,
        schedules=schedules,
        description=description,
        version=version,
        tags=tag,
        concurrency_limit=global_limit,
    )
    serving.serve(deployment, pause_on_shutdown=pause_on_shutdown, limit=limit)
