"""``prefect block``: saved configuration and credentials, and their types."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from prefect._base import lazy
from prefect._base.errors import Forbidden, NotFound
from prefect._cli import client, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

settings: Any = lazy.module("prefect.settings")
registering: Any = lazy.module("prefect._cli.block_classes")

app = Group("block", "Manage blocks and their types.")
types = app.group("type", "Look at the types of blocks.", aliases=("types",))

Slug = Annotated[str | None, Flag(help="The block as type-slug/name.")]
Id = Annotated[UUID | None, Flag("--id", help="The id of the block, instead of type-slug/name.")]
TypeSlug = Annotated[str, Flag(help="The slug of a block type.")]
_A_BUILT_IN_TYPE = "secret"


@app.command("ls")
def ls(*, output: Output = None) -> None:
    """List saved blocks."""
    as_json = render.wants_json(output)
    found = client.listed("block_documents.filter", {"sort": "BLOCK_TYPE_AND_NAME_ASC"}, limit=None)
    if as_json:
        render.json_value(found)
        return
    rows = [
        (each["id"], each["block_type_name"], each["name"], f"{each['block_type']['slug']}/{each['name']}")
        for each in found
    ]
    render.table(("ID", "Type", "Name", "Slug"), rows)


@app.command("inspect")
def inspect(slug: Slug = None, *, id: Id = None, output: Output = None) -> None:
    """Show a saved block, its secrets as stars."""
    as_json = render.wants_json(output)
    found = _read(slug, id)
    if as_json:
        render.json_value(found)
        return
    render.line(f"{found['block_type']['slug']}/{found['name']}")
    rows = [("Block Type", found["block_type_name"]), ("Block id", found["id"])]
    rows += [(key, _shown(value)) for key, value in found["data"].items()]
    render.table(("Field", "Value"), rows)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@app.command("delete")
def delete(slug: Slug = None, *, id: Id = None) -> None:
    """Remove a saved block."""
    found = _read(slug, id)
    name = f"{found['block_type']['slug']}/{found['name']}"
    render.agreed(f"Remove block '{name}'?")
    client.call("block_documents.delete", id=found["id"])
    render.success(f"Deleted Block '{name}'.")


def _read(slug: str | None, id: UUID | None) -> dict[str, Any]:
    if (slug is None) == (id is None):
        raise CommandError("Give either the block as type-slug/name, or --id.")
    try:
        if slug is None:
            return client.call("block_documents.read", id=str(id))
        type_slug, slash, name = slug.partition("/")
        if not slash or not name:
            raise CommandError(
                f"'{slug}' is not valid: a block is named type-slug/name, as in 'secret/my-key'."
            )
        return client.call("block_types.read_document_by_name", slug=type_slug, block_document_name=name)
    except NotFound:
        raise CommandError(
            f"Block '{slug or id}' not found. 'prefect block ls' lists those that exist."
        ) from None


@app.command("register")
def register(
    *,
    module: Annotated[str | None, Flag("--module", "-m", help="A module with blocks, by its name.")] = None,
    file: Annotated[str | None, Flag("--file", "-f", help="A Python file with blocks.")] = None,
) -> None:
    """Make the types of the blocks in a module or a file known."""
    if (module is None) == (file is None):
        raise CommandError("Give either a module with -m or a file with -f.")
    names = registering.register(module, file)
    if not names:
        raise CommandError(f"There are no blocks in {module or file}.")
    render.success(f"Successfully registered {len(names)} block{'' if len(names) == 1 else 's'}")
    render.table(("Registered Blocks",), [(name,) for name in names])


@app.command("create")
def create(block_type_slug: TypeSlug) -> None:
    """Say where in the UI a block of a type is made."""
    try:
        _type(block_type_slug)
    except CommandError as missing:
        known = ", ".join(each["slug"] for each in _types())
        raise CommandError(f"{missing} Available block types: {known}") from None
    url = settings.active()["ui_url"]
    if not url:
        raise CommandError(
            "There is no server whose UI could be used: set PREFECT_API_URL, or make it in Python."
        )
    render.line(
        f"Create a {block_type_slug} block: {url.rstrip('/')}/blocks/catalog/{block_type_slug}/create"
    )


@types.command("ls")
def ls_types(*, output: Output = None) -> None:
    """List the types of blocks."""
    as_json = render.wants_json(output)
    found = _types()
    if as_json:
        render.json_value(found)
        return
    rows = [(each["slug"], _first_line(each["description"])) for each in found]
    render.table(("Block Type Slug", "Description"), sorted(rows))


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0].partition(". ")[0]


@types.command("inspect")
def inspect_type(slug: TypeSlug, *, output: Output = None) -> None:
    """Show a type of blocks, and the fields of its newest schema."""
    as_json = render.wants_json(output)
    found = _type(slug)
    body = {"block_schemas": {"block_type_id": {"any_": [found["id"]]}}, "limit": 1}
    schemas = client.call("block_schemas.filter", body=body)
    schema = schemas[0] if schemas else None
    if as_json:
        render.json_value({"block_type": found, "schema": schema})
        return
    head = [("Slug", found["slug"]), ("Block Type id", found["id"]), ("Description", found["description"])]
    render.table((found["name"], ""), head)
    fields = (schema or {}).get("fields", {})
    required = fields.get("required", [])
    rows = [
        (name, " ".join(filter(None, (_kind(member), "required" if name in required else ""))))
        for name, member in fields.get("properties", {}).items()
    ]
    render.table(("Field", "Type"), rows)


def _kind(member: dict[str, Any]) -> str:
    kinds: list[str] = [each["type"] for each in (member, *member.get("anyOf", ())) if each.get("type")]
    return " | ".join(kinds) or member.get("$ref", "").rpartition("/")[2]


@types.command("delete")
def delete_type(slug: TypeSlug) -> None:
    """Remove a type of blocks with all its saved blocks."""
    found = _type(slug)
    render.agreed(f"Remove block type '{slug}' with all its saved blocks?")
    try:
        client.call("block_types.delete", id=found["id"])
    except Forbidden:
        raise CommandError(f"Block Type '{slug}' is a protected block! It comes with the package.") from None
    except NotFound:
        raise _no_type(slug) from None
    render.success(f"Deleted Block Type '{slug}'.")


def _types() -> list[dict[str, Any]]:
    _ensure_built_in()
    return client.listed("block_types.filter", {}, limit=None)


def _type(slug: str) -> dict[str, Any]:
    _ensure_built_in()
    try:
        return client.call("block_types.read_by_slug", slug=slug)
    except NotFound:
        raise _no_type(slug) from None


def _ensure_built_in() -> None:
    """Without a server, nobody has made the types that come with the package known."""
    try:
        if client.call("block_types.read_by_slug", slug=_A_BUILT_IN_TYPE)["is_protected"]:
            return
    except NotFound:
        pass
    client.call("block_types.install_system_block_types")


def _no_type(slug: str) -> CommandError:
    return CommandError(f"Block Type '{slug}' not found. 'prefect block type ls' lists those that exist.")
