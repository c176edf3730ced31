"""``prefect experimental``: commands of which the names may still change."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from prefect._base.errors import NotFound
from prefect._cli import client, plugins, render
from prefect._cli.command import Flag, Group, Output
from prefect._cli.errors import CommandError

app = Group("experimental", "Commands of which the names may still change.")
storage = app.group("result-storage", "Say where results are kept if nothing else is said.")
app.group("plugins", plugins.app.help).command("diagnose")(plugins.diagnose)

_KEY = "default_result_storage_block_id"


@storage.command("inspect")
def inspect(*, output: Output = None) -> None:
    """Show where results are kept if nothing else is said."""
    as_json = render.wants_json(output)
    found = client.call("admin.storage")
    if as_json:
        render.json_value(found)
        return
    id = found[_KEY]
    if id is None:
        render.line("No block is set: results are kept where each process keeps its files.")
        return
    try:
        block = client.call("block_documents.read", id=id)
    except NotFound:
        raise CommandError(f"Block '{id}' is set, and is not there any more. Set another one.") from None
    render.fields([("Block", f"{block['block_type']['slug']}/{block['name']}"), ("ID", id)])


@storage.command("set")
def set_(
    block: Annotated[str | None, Flag(help="A block as type-slug/name.")] = None,
    *,
    id: Annotated[UUID | None, Flag(help="The id of the block instead.")] = None,
) -> None:
    """Keep results by a block if nothing else is said."""
    found = _block(block, id)
    body = client.checked("admin.set_storage", {_KEY: found["id"]})
    client.call("admin.set_storage", body=body)
    render.success(f"Results are kept by '{found['block_type']['slug']}/{found['name']}' from now on.")


def _block(slug: str | None, id: UUID | None) -> dict[str, Any]:
    if (slug is None) == (id is None):
        raise CommandError("Give either the block as type-slug/name, or --id.")
    try:
        if slug is None:
            return client.call("block_documents.read", id=str(id))
        kind, slash, name = slug.partition("/")
        if not slash:
            raise CommandError(f"'{slug}' is not valid: a block is named type-slug/name.")
        return client.call("block_types.read_document_by_name", slug=kind, block_document_name=name)
    except NotFound:
        raise CommandError(
            f"Block '{slug or id}' not found. 'prefect block ls' lists those that exist."
        ) from None


@storage.command("clear")
def clear() -> None:
    """Keep results where each process keeps its files again."""
    client.call("admin.clear_storage")
    render.success("No block is set for results any more.")
