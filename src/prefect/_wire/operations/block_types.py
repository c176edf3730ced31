"""Endpoints of kinds of blocks."""

from __future__ import annotations

from prefect._wire.operation import op

_TYPE = "prefect._wire.blocks:BlockType"
_DOCUMENT = "prefect._wire.blocks:BlockDocument"

op(
    "POST",
    "/block_types/",
    "block_types.create",
    body="prefect._wire.blocks:BlockTypeCreate",
    reply=_TYPE,
    status=201,
    errors=(403, 409),
    summary="Create a block type",
)
op(
    "POST",
    "/block_types/filter",
    "block_types.filter",
    body="prefect._wire.blocks:BlockTypesFilter",
    reply=f"{_TYPE}[]",
    reads=True,
    summary="List block types",
)
op(
    "POST",
    "/block_types/install_system_block_types",
    "block_types.install_system_block_types",
    summary="Make the block types that come with the package known",
)
op(
    "GET",
    "/block_types/slug/{slug}",
    "block_types.read_by_slug",
    reply=_TYPE,
    errors=(404,),
    reads=True,
    summary="Read a block type by its slug",
)
op(
    "GET",
    "/block_types/slug/{slug}/block_documents",
    "block_types.read_documents",
    query={"include_secrets": "boolean?"},
    reply=f"{_DOCUMENT}[]",
    errors=(404,),
    reads=True,
    summary="List the saved blocks of a type",
)
op(
    "GET",
    "/block_types/slug/{slug}/block_documents/name/{block_document_name}",
    "block_types.read_document_by_name",
    query={"include_secrets": "boolean?"},
    reply=_DOCUMENT,
    errors=(404,),
    reads=True,
    summary="Read a saved block by its type and name",
)
op(
    "GET",
    "/block_types/{id}",
    "block_types.read",
    reply=_TYPE,
    errors=(404,),
    reads=True,
    summary="Read a block type",
)
op(
    "PATCH",
    "/block_types/{id}",
    "block_types.update",
    body="prefect._wire.blocks:BlockTypeUpdate",
    status=204,
    errors=(404,),
    summary="Change a block type",
)
op(
    "DELETE",
    "/block_types/{id}",
    "block_types.delete",
    status=204,
    errors=(403, 404),
    summary="Remove a block type and its saved blocks",
)
