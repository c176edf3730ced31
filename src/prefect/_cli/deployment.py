"""``prefect deployment``: the deployments that the API knows, and their runs."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._cli import (
    client,
    deployment_backfills,
    deployment_runs,
    deployment_schedules,
    given,
    render,
    session,
)
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

jsontext: Any = lazy.module("prefect._base.jsontext")

clock: Any = lazy.module("prefect._base.clock")

app = Group("deployment", "Manage deployments, and run them.")
app.members["schedule"] = deployment_schedules.app
app.command("backfill")(deployment_backfills.backfill)


@app.command("ls")
def ls(
    flow_name: Annotated[
        list[str] | None, Flag("--flow_name", help="Only deployments of these flows.")
    ] = None,
    *,
    by_created: Annotated[bool, Flag(help="The newest first, instead of by name.")] = False,
    output: Output = None,
) -> None:
    """List deployments."""
    as_json = render.wants_json(output)
    body: dict[str, Any] = {"sort": "CREATED_DESC" if by_created else "NAME_ASC"}
    if flow_name:
        body["flows"] = {"name": {"any_": flow_name}}
    found = client.listed("deployments.filter", body, limit=None)
    if as_json:
        render.json_value(found)
        return
    names = _flow_names({each["flow_id"] for each in found})
    rows = [
        (f"{names[each['flow_id']]}/{each['name']}", each["id"], each["work_pool_name"]) for each in found
    ]
    if not by_created:
        rows.sort()
    render.table(("Name", "ID", "Work Pool"), rows)


def _flow_names(ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    flows = client.listed("flows.filter", {"flows": {"id": {"any_": sorted(ids)}}}, limit=None)
    return {flow["id"]: flow["name"] for flow in flows}


@app.command("inspect")
def inspect(
    name: Annotated[str, Flag(help="A deployment, as FLOW/DEPLOYMENT.")], *, output: Output = None
) -> None:
    """Show everything that is known of a deployment."""
    as_json = render.wants_json(output)
    found = deployment_schedules.read(name)
    if as_json:
        render.json_value(found)
        return
    width = max(map(len, found)) + 2
    for key, value in found.items():
        shown = value if isinstance(value, str) else jsontext.dumps(value)
        render.line(f"{key + ':':<{width}}{shown}")


@app.command("run")
def run(
    name: Annotated[str | None, Flag(help="A deployment, as FLOW/DEPLOYMENT.")] = None,
    *,
    id: Annotated[str | None, Flag(help="The id of a deployment, instead of its name.")] = None,
    job_variable: Annotated[
        list[str] | None, Flag(help="A value for the template of the pool: NAME=VALUE.")
    ] = None,
    param: Annotated[
        list[str] | None, Flag("--param", "-p", help="A parameter: NAME=VALUE, the value as JSON or text.")
    ] = None,
    params: Annotated[
        str | None, Flag(help="Parameters as a JSON object; - reads it from the input.")
    ] = None,
    start_in: Annotated[str | None, Flag(help="When it starts, from now: '10 minutes'.")] = None,
    start_at: Annotated[
        str | None, Flag(help="When it starts: 'tomorrow at 5pm', '2026-06-01 10:00'.")
    ] = None,
    tag: Annotated[list[str] | None, Flag(help="A tag of the run.")] = None,
    watch: Annotated[bool, Flag(help="Follow the run until it ends.")] = False,
    watch_interval: Annotated[int | None, Flag(help="Means nothing; news are shown as they come.")] = None,
    watch_timeout: Annotated[int | None, Flag(help="Seconds to follow it at most.")] = None,
    flow_run_name: Annotated[
        str | None, Flag(help="The name of the run; {parameter} stands for a parameter.")
    ] = None,
) -> None:
    """Run a deployment: now, or at a time."""
    found = _named_or_id(name, id)
    start = deployment_runs.start_of(start_in, start_at)
    created = deployment_runs.create(
        found,
        given.parameters(param, params),
        given.pairs(job_variable, "--job-variable"),
        start,
        tag,
        flow_run_name,
    )
    if watch:
        deployment_runs.watch(created, watch_timeout)


@app.command("delete")
def delete(
    name: Annotated[str | None, Flag(help="A deployment, as FLOW/DEPLOYMENT.")] = None,
    *,
    id: Annotated[UUID | None, Flag(help="The id of a deployment, instead of its name.")] = None,
    _all: Annotated[bool, Flag("--all", help="All deployments.")] = False,
) -> None:
    """Remove a deployment, with its schedules and the runs that have not begun."""
    if not _all:
        found = _named_or_id(name, None if id is None else str(id))
        render.agreed(f"Remove deployment '{found['name']}'?")
        client.call("deployments.delete", id=found["id"])
        render.success(f"Deleted deployment '{name or id}'.")
        return
    if name is not None or id is not None:
        raise CommandError("Give either --all, or one deployment.")
    every = client.listed("deployments.filter", {"sort": "NAME_ASC"}, limit=None)
    if every:
        render.agreed(f"Remove all {len(every)} deployments?")
    for each in every:
        client.call("deployments.delete", id=each["id"])
    render.success(f"Deleted {len(every)} deployment{'' if len(every) == 1 else 's'}.")


def _named_or_id(name: str | None, id: str | None) -> dict[str, Any]:
    """The deployment that one of the two means."""
    if (name is None) == (id is None):
        hint = "" if session.is_interactive() else " 'prefect deployment ls' lists them."
        raise CommandError(f"Give either the name of a deployment, as FLOW/DEPLOYMENT, or --id.{hint}")
    if name is not None:
        return deployment_schedules.read(name)
    try:
        return client.call("deployments.read", id=str(UUID(str(id))))
    except ValueError:
        raise CommandError(f"{id!r} is no id of a deployment.") from None
    except NotFound:
        raise CommandError(f"Deployment '{id}' not found!") from None
