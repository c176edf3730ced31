"""``prefect deployment``: the deployments that the API knows."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

jsontext: Any = lazy.module("prefect._base.jsontext")

app = Group("deployment", "Look at deployments.")


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
    flow_name, slash, deployment_name = name.partition("/")
    if not (flow_name and slash and deployment_name):
        raise CommandError(f"{name!r} names no deployment. Write it as FLOW/DEPLOYMENT.")
    try:
        found = client.call("deployments.read_by_name", flow_name=flow_name, deployment_name=deployment_name)
    except NotFound:
        raise CommandError(f"Deployment '{name}' not found!") from None
    if as_json:
        render.json_value(found)
        return
    width = max(map(len, found)) + 2
    for key, value in found.items():
        shown = value if isinstance(value, str) else jsontext.dumps(value)
        render.line(f"{key + ':':<{width}}{shown}")
