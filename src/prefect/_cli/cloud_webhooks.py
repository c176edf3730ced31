"""``prefect cloud webhook``: addresses at which the hosted service takes what happens elsewhere."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from prefect._cli import cloud_api, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError
from prefect._cli.tables import Column

Id = Annotated[
    UUID, Flag(help="The id of a webhook.", hint="'prefect cloud webhook ls' lists webhooks with their ids.")
]
Description = Annotated[str, Flag("--description", "-d", help="What it is for.")]
Template = Annotated[str | None, Flag("--template", "-t", help="How an event is made of a request.")]


def add_to(app: Group) -> None:
    """Put the group ``webhook`` into `app`."""
    group = app.group("webhook", "Manage webhooks.", aliases=("webhooks",))
    for name, function in (
        ("ls", ls),
        ("get", get),
        ("create", create),
        ("rotate", rotate),
        ("toggle", toggle),
        ("update", update),
        ("delete", delete),
    ):
        group.command(name)(function)


def ls(*, output: Output = None) -> None:
    """List webhooks."""
    as_json = render.wants_json(output)
    found = _ask("POST", "filter")
    if as_json:
        render.json_value(found)
    else:
        _show(found)


def get(webhook_id: Id, *, output: Output = None) -> None:
    """Show a webhook."""
    as_json = render.wants_json(output)
    found = _ask("GET", str(webhook_id))
    if as_json:
        render.json_value(found)
    else:
        _show([found])


def _show(found: list[dict[str, Any]]) -> None:
    rows = [
        (each["id"], each["slug"], each["name"], "yes" if each["enabled"] else "no", each["template"])
        for each in found
    ]
    columns = (Column("ID", whole=True), "Address", "Name", "Enabled", Column("Template", optional=True))
    render.table(columns, rows, title="Webhooks")


def create(
    webhook_name: Annotated[str, Flag(help="Its name.")],
    *,
    description: Description = "",
    template: Template = None,
) -> None:
    """Create a webhook."""
    if not template:
        raise CommandError(
            "Say how an event is made of a request: --template with a Jinja text that gives JSON with at"
            ' least {"event": "...", "resource": {"prefect.resource.id": "..."}}.'
        )
    made = _ask("POST", "", json={"name": webhook_name, "description": description, "template": template})
    render.success(f"Successfully created webhook {made['name']}")


def rotate(webhook_id: Id) -> None:
    """Give a webhook another address; the old one is not heard any more."""
    render.agreed("Change the address? The old one is not heard any more.")
    found = _ask("POST", f"{webhook_id}/rotate")
    render.success(f"Successfully rotated webhook address to {found['slug']}")


def toggle(webhook_id: Id) -> None:
    """Switch a webhook on or off."""
    enabled = not _ask("GET", str(webhook_id))["enabled"]
    _ask("PATCH", str(webhook_id), json={"enabled": enabled})
    render.success(f"Webhook is now {'enabled' if enabled else 'disabled'}")


def update(
    webhook_id: Id,
    *,
    webhook_name: Annotated[str | None, Flag("--name", "-n", help="Its new name.")] = None,
    description: Annotated[str | None, Flag("--description", "-d", help="What it is for.")] = None,
    template: Template = None,
) -> None:
    """Change a webhook."""
    was = _ask("GET", str(webhook_id))
    given = {"name": webhook_name, "description": description, "template": template}
    body = {key: was[key] if value is None else value for key, value in given.items()}
    _ask("PUT", str(webhook_id), json=body)
    render.success(f"Successfully updated webhook {webhook_id}")


def delete(webhook_id: Id) -> None:
    """Remove a webhook."""
    render.agreed(f"Remove webhook {webhook_id}?")
    _ask("DELETE", str(webhook_id))
    render.success(f"Successfully deleted webhook {webhook_id}")


def _ask(method: str, path: str, **options: Any) -> Any:
    return cloud_api.ask(method, f"{cloud_api.workspace()}/webhooks/{path}", **options)
