"""``prefect concurrency-limit``: how many task runs with a tag go on at once."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base.errors import NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

app = Group("concurrency-limit", "Limit how many task runs with a tag go on at once.")
Tag = Annotated[str, Flag(help="A tag of tasks.")]


@app.command("create")
def create(tag: Tag, concurrency_limit: Annotated[int, Flag(help="How many runs at once.")]) -> None:
    """Limit a tag, or change its limit."""
    values = {"tag": tag, "concurrency_limit": concurrency_limit}
    client.call("tag_limits.create", body=client.checked("tag_limits.create", values))
    render.success(f"Created concurrency limit with properties: tag - '{tag}', limit - {concurrency_limit}")


@app.command("ls")
def ls(
    *,
    limit: Annotated[int, Flag(help="How many at most.")] = 15,
    offset: Annotated[int, Flag(help="How many to pass over.")] = 0,
    output: Output = None,
) -> None:
    """List the limits of tags."""
    as_json = render.wants_json(output)
    found = client.call("tag_limits.filter", body={"limit": limit, "offset": offset})
    if as_json:
        render.json_value(found)
        return
    rows = [
        (
            each["tag"],
            each["concurrency_limit"],
            len(each["active_slots"]),
            render.ago(each["updated"]),
            each["id"],
        )
        for each in found
    ]
    columns = ("Tag", "Limit", "Active task runs", "Updated", render.Column("ID", whole=True))
    render.table(columns, rows, title="Concurrency limits of tags")


@app.command("inspect")
def inspect(tag: Tag, *, output: Output = None) -> None:
    """Show the limit of a tag, and the task runs that hold its slots."""
    as_json = render.wants_json(output)
    found = _call("read_by_tag", tag)
    if as_json:
        render.json_value(found)
        return
    render.fields(
        (
            ("tag", found["tag"]),
            ("limit", found["concurrency_limit"]),
            ("active task runs", "\n".join(found["active_slots"]) or "none"),
            ("id", found["id"]),
            ("created", render.ago(found["created"])),
            ("updated", render.ago(found["updated"])),
        )
    )


@app.command("reset")
def reset(tag: Tag) -> None:
    """Free all slots of a tag, whoever holds them."""
    _call("reset", tag)
    render.success(f"Reset concurrency limit on tag '{tag}'.")


@app.command("delete")
def delete(tag: Tag) -> None:
    """Remove the limit of a tag."""
    _call("read_by_tag", tag)
    render.agreed(f"Remove the concurrency limit on tag '{tag}'?")
    _call("delete_by_tag", tag)
    render.success(f"Deleted concurrency limit set on the tag '{tag}'.")


def _call(verb: str, tag: str) -> Any:
    try:
        return client.call(f"tag_limits.{verb}", tag=tag)
    except NotFound:
        raise CommandError(
            f"No concurrency limit found for the tag '{tag}'."
            " 'prefect concurrency-limit ls' lists those that exist."
        ) from None
