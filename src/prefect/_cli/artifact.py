"""``prefect artifact``: what runs left for people to look at."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from prefect._base.errors import NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

app = Group("artifact", "See and remove what runs left for people to look at.")
_COLUMNS = ("ID", "Key", "Type", "Updated")


@app.command("ls")
def ls(
    *,
    limit: Annotated[int, Flag(help="How many at most.")] = 100,
    all: Annotated[bool, Flag("--all", "-a", help="Every version, and those without a key.")] = False,
    output: Output = None,
) -> None:
    """List the latest artifact of each key."""
    as_json = render.wants_json(output)
    operation, id_name = ("artifacts.filter", "id") if all else ("artifacts.filter_latest", "latest_id")
    found = client.listed(operation, {"sort": "KEY_ASC"}, limit=limit)
    if as_json:
        render.json_value(found)
        return
    rows = [(each[id_name], each["key"], each["type"], render.ago(each["updated"])) for each in found]
    render.table(_COLUMNS, rows)


@app.command("inspect")
def inspect(
    key: Annotated[str, Flag(help="The key of artifacts.")],
    *,
    limit: Annotated[int, Flag(help="How many versions at most.")] = 10,
    output: Output = None,
) -> None:
    """Show the versions of a key, the latest first."""
    render.wants_json(output)
    found = _versions(key, limit)
    if not found:
        raise CommandError(f"Artifact '{key}' not found. 'prefect artifact ls' lists the keys that exist.")
    render.json_value(found)


@app.command("delete")
def delete(
    key: Annotated[str | None, Flag(help="The key of artifacts.")] = None,
    *,
    id: Annotated[UUID | None, Flag("--id", help="The id of one artifact, instead of a key.")] = None,
) -> None:
    """Remove all versions of a key, or one artifact by its id."""
    if (key is None) == (id is None):
        raise CommandError("Give either a key or --id.")
    if key is not None:
        _delete_key(key)
        return
    render.agreed(f"Remove artifact '{id}'?")
    try:
        client.call("artifacts.delete", id=str(id))
    except NotFound:
        raise CommandError(f"Artifact with id '{id}' not found.") from None
    render.success(f"Deleted artifact with id '{id}'.")


def _delete_key(key: str) -> None:
    found = _versions(key, None)
    if not found:
        raise CommandError(f"Artifact with key '{key}' not found. One artifact can be named with --id, too.")
    render.agreed(f"Remove {len(found)} artifact(s) with key '{key}'?")
    gone = 0
    for each in found:
        try:
            client.call("artifacts.delete", id=each["id"])
        except NotFound:  # somebody else removed it meanwhile
            continue
        gone += 1
    render.success(f"Deleted {gone} artifact(s) with key '{key}'.")


def _versions(key: str, limit: int | None) -> list[dict[str, Any]]:
    body = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
    return client.listed("artifacts.filter", body, limit=limit)
