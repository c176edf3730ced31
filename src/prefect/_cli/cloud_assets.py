"""``prefect cloud asset``: what flows make, as the hosted service knows it."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._cli import cloud_api, render
from prefect._cli.command import Flag, Group, Output


def add_to(app: Group) -> None:
    """Put the group ``asset`` into `app`."""
    group = app.group("asset", "Look at assets.", aliases=("assets",))
    group.command("ls")(ls)
    group.command("delete")(delete)


def ls(
    *,
    prefix: Annotated[str | None, Flag("--prefix", "-p", help="Only keys that begin like this.")] = None,
    search: Annotated[str | None, Flag("--search", "-s", help="Only keys with this in them.")] = None,
    limit: Annotated[int, Flag("--limit", "-l", help="How many at most.")] = 50,
    output: Output = None,
) -> None:
    """List assets."""
    as_json = render.wants_json(output)
    key = {name: [value] for name, value in (("prefix", prefix), ("search", search)) if value is not None}
    body: dict[str, Any] = {"limit": limit, **({"filter": {"key": key}} if key else {})}
    found = cloud_api.ask("POST", f"{cloud_api.workspace()}/assets/filter", json=body).get("assets", [])
    if as_json:
        render.json_value(found)
        return
    rows = [(each["key"], (each.get("properties") or {}).get("name")) for each in found]
    render.table(("Key", "Name"), rows, title="Assets")


def delete(
    key: Annotated[str, Flag(help="The key of an asset.")],
    *,
    force: Annotated[bool, Flag("--force", "-f", off=(), help="Do not ask.")] = False,
) -> None:
    """Remove an asset."""
    render.agreed(f"Remove asset '{key}'?", yes=force)
    cloud_api.ask("DELETE", f"{cloud_api.workspace()}/assets/key", params={"key": key})
    render.success(f"Deleted asset '{key}'.")
