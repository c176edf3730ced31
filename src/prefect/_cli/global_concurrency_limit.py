"""``prefect global-concurrency-limit``: how many may do the same at once, wherever they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.errors import AlreadyExists, NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

json: Any = lazy.module("json")

app = Group("global-concurrency-limit", "Limit how many may do the same at once, wherever they are.")
Name = Annotated[str, Flag(help="The name of a limit.")]
Slots = Annotated[int | None, Flag(help="How many slots are taken.")]
Decay = Annotated[float | None, Flag(help="How many taken slots come back by themselves each second.")]


@app.command("ls")
def ls(*, output: Output = None) -> None:
    """List limits by name."""
    as_json = render.wants_json(output)
    found = client.listed("concurrency_limits.filter", {}, limit=None)
    if as_json:
        render.json_value(found)
        return
    rows = [
        (
            each["name"],
            each["limit"],
            each["active_slots"],
            f"{each['slot_decay_per_second']:g}" if each["slot_decay_per_second"] else "",
            "yes" if each["active"] else "no",
            render.ago(each["updated"]),
        )
        for each in found
    ]
    columns = ("Name", "Limit", "Taken", "Decay per second", "Active", "Updated")
    render.table(columns, rows, title="Concurrency limits")


@app.command("inspect")
def inspect(
    name: Name,
    *,
    output: Output = None,
    file: Annotated[Path | None, Flag("--file", "-f", help="Write JSON to this file instead.")] = None,
) -> None:
    """Show everything that is known of a limit."""
    as_json = render.wants_json(output)
    found = _read(name)
    if file is not None:
        _write(file, found)
    elif as_json:
        render.json_value(found)
    else:
        render.fields((key.replace("_", " "), value) for key, value in found.items())


def _write(file: Path, found: dict[str, Any]) -> None:
    try:
        file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
    render.success(f"Wrote the limit '{found['name']}' to {file}.")


@app.command("delete")
def delete(name: Name) -> None:
    """Remove a limit."""
    _read(name)
    render.agreed(f"Remove the concurrency limit '{name}'?")
    _call("delete", name)
    render.success(f"Deleted global concurrency limit '{name}'.")


@app.command("enable")
def enable(name: Name) -> None:
    """Let a limit count again."""
    if _read(name)["active"]:
        raise CommandError(f"Global concurrency limit '{name}' is enabled already.")
    _call("update", name, body={"active": True})
    render.success(f"Enabled global concurrency limit '{name}'.")


@app.command("disable")
def disable(name: Name) -> None:
    """Keep a limit, but let everybody pass."""
    if not _read(name)["active"]:
        raise CommandError(f"Global concurrency limit '{name}' is disabled already.")
    _call("update", name, body={"active": False})
    render.success(f"Disabled global concurrency limit '{name}'.")


@app.command("update")
def update(
    name: Name,
    *,
    enable: Annotated[bool | None, Flag(help="Let the limit count again.")] = None,
    disable: Annotated[bool | None, Flag(help="Let everybody pass.")] = None,
    limit: Annotated[int | None, Flag("--limit", "-l", help="How many slots there are.")] = None,
    active_slots: Slots = None,
    slot_decay_per_second: Decay = None,
) -> None:
    """Change a limit."""
    changes = {
        "active": _active(enable, disable),
        "limit": limit,
        "active_slots": active_slots,
        "slot_decay_per_second": slot_decay_per_second,
    }
    changes = {key: value for key, value in changes.items() if value is not None}
    if not changes:
        raise CommandError("Nothing to change. Give an option; --help lists them.")
    body = client.checked("concurrency_limits.update", changes)
    _read(name)
    _call("update", name, body=body)
    render.success(f"Updated global concurrency limit '{name}'.")


def _active(enable: bool | None, disable: bool | None) -> bool | None:
    if enable is not None and disable is not None:
        raise CommandError("Give either --enable or --disable.")
    return not disable if disable is not None else enable


@app.command("create")
def create(
    name: Name,
    *,
    limit: Annotated[int, Flag("--limit", "-l", help="How many slots there are.")],
    disable: Annotated[bool | None, Flag(help="Do not let it count yet.")] = None,
    active_slots: Slots = 0,
    slot_decay_per_second: Decay = 0.0,
) -> None:
    """Create a limit."""
    body = client.checked(
        "concurrency_limits.create",
        {
            "name": name,
            "limit": limit,
            "active": not disable,
            "active_slots": active_slots or 0,
            "slot_decay_per_second": slot_decay_per_second or 0.0,
        },
    )
    try:
        client.call("concurrency_limits.create", body=body)
    except AlreadyExists:
        raise CommandError(
            f"Global concurrency limit '{name}' already exists."
            " 'prefect global-concurrency-limit update' changes it."
        ) from None
    render.success(f"Created global concurrency limit '{name}' with {limit} slot(s).")


def _read(name: str) -> dict[str, Any]:
    return _call("read", name)


def _call(verb: str, name: str, **arguments: Any) -> Any:
    try:
        return client.call(f"concurrency_limits.{verb}", id_or_name=name, **arguments)
    except NotFound:
        raise CommandError(
            f"Global concurrency limit '{name}' not found."
            " 'prefect global-concurrency-limit ls' lists those that exist."
        ) from None
