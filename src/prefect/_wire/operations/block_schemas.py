"""Endpoints of schemas of blocks."""

from __future__ import annotations

from prefect._wire.operation import op

_SCHEMA = "prefect._wire.blocks:BlockSchema"

op(
    "POST",
    "/block_schemas/",
    "block_schemas.create",
    body="prefect._wire.blocks:BlockSchemaCreate",
    reply=_SCHEMA,
    status=201,
    may_exist=True,
    errors=(404, 409),
    summary="Create a block schema or get it",
)
op(
    "POST",
    "/block_schemas/filter",
    "block_schemas.filter",
    body="prefect._wire.blocks:BlockSchemasFilter",
    reply=f"{_SCHEMA}[]",
    reads=True,
    summary="List block schemas, the newest first",
)
op(
    "GET",
    "/block_schemas/checksum/{checksum}",
    "block_schemas.read_by_checksum",
    query={"version": "text?"},
    reply=_SCHEMA,
    errors=(404,),
    reads=True,
    summary="Read a block schema by its checksum",
)
op(
    "GET",
    "/block_schemas/{id}",
    "block_schemas.read",
    reply=_SCHEMA,
    errors=(404,),
    reads=True,
    summary="Read a block schema",
)
op(
    "DELETE",
    "/block_schemas/{id}",
    "block_schemas.delete",
    status=204,
    errors=(403, 404),
    summary="Remove a block schema and the blocks saved with it",
)
