"""``prefect flow``: what has been run here."""

from __future__ import annotations

from typing import Annotated

from prefect._cli import client, render, runs
from prefect._cli.command import Flag, Group, Output

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
