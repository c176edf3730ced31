"""``prefect variable``: small values that flows read."""

from __future__ import annotations

from typing import Annotated, Any

from prefect._base import lazy
from prefect._base.errors import NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

json: Any = lazy.module("json")

app = Group("variable", "Keep small values that flows read.")
Name = Annotated[str, Flag(help="The name of a variable.")]
_SHOWN_CHARACTERS = 80


@app.command("ls")
def ls(*, limit: Annotated[int, Flag(help="How many at most.")] = 100, output: Output = None) -> None:
    """List variables by name."""
    as_json = render.wants_json(output)
    found = client.listed("variables.filter", {"sort": "NAME_ASC"}, limit=limit)
    if as_json:
        render.json_value(found)
        return
    rows = [
        (each["name"], _short(each["value"]), render.ago(each["created"]), render.ago(each["updated"]))
        for each in found
    ]
    render.table(("Name", "Value", "Created", "Updated"), rows, title="Variables")


def _short(value: Any) -> str:
    text: str = json.dumps(value)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 3] + "..."


@app.command("inspect")
def inspect(name: Name, *, output: Output = None) -> None:
    """Show everything that is known of a variable."""
    as_json = render.wants_json(output)
    found = _read(name)
    if as_json:
        render.json_value(found)
        return
    for key, value in found.items():
        render.line(f"{key + ':':<9}{value if key != 'value' else json.dumps(value)}")


@app.command("get")
def get(name: Name) -> None:
    """Print the value of a variable as JSON."""
    render.json_value(_read(name)["value"])


def _read(name: str) -> dict[str, Any]:
    found = _find(name)
    if found is None:
        raise _missing(name)
    return found


def _find(name: str) -> dict[str, Any] | None:
    try:
        return client.call("variables.read_by_name", name=name)
    except NotFound:
        return None


def _missing(name: str) -> CommandError:
    return CommandError(f"Variable '{name}' not found. 'prefect variable ls' lists those that exist.")


@app.command("set")
def set_(
    name: Name,
    value: Annotated[str, Flag(help="JSON, or a text as it is.")],
    *,
    overwrite: Annotated[bool, Flag(help="Replace the value if there is one.")] = False,
    tag: Annotated[list[str] | None, Flag(help="A tag for the variable.")] = None,
) -> None:
    """Set a variable."""
    given: dict[str, Any] = {"name": name, "value": _parsed(value)}
    if tag is not None:
        given["tags"] = tag
    body = client.checked("variables.create", given)
    if _find(name) is None:
        client.call("variables.create", body=body)
    elif overwrite:
        del body["name"]
        client.call("variables.update_by_name", name=name, body=body)
    else:
        raise CommandError(f"Variable '{name}' already exists. Use --overwrite to replace its value.")
    render.success(f"Set variable '{name}'.")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


@app.command("unset", aliases=("delete",))
def unset(name: Name) -> None:
    """Remove a variable."""
    _read(name)
    render.agreed(f"Remove variable '{name}'?")
    try:
        client.call("variables.delete_by_name", name=name)
    except NotFound:
        raise _missing(name) from None
    render.success(f"Unset variable '{name}'.")
