"""Endpoints of saved blocks."""

from __future__ import annotations

from prefect._wire.operation import op

_DOCUMENT = "prefect._wire.blocks:BlockDocument"

op(
    "POST",
    "/block_documents/",
    "block_documents.create",
    body="prefect._wire.blocks:BlockDocumentCreate",
    reply=_DOCUMENT,
    status=201,
    errors=(400, 409),
    summary="Save a block",
)
op(
    "POST",
    "/block_documents/filter",
    "block_documents.filter",
    body="prefect._wire.blocks:BlockDocumentsFilter",
    reply=f"{_DOCUMENT}[]",
    reads=True,
    summary="List saved blocks",
)
op(
    "POST",
    "/block_documents/count",
    "block_documents.count",
    body="prefect._wire.blocks:BlockDocumentsCount",
    reads=True,
    summary="Count saved blocks",
)
op(
    "GET",
    "/block_documents/{id}",
    "block_documents.read",
    query={"include_secrets": "boolean?"},
    reply=_DOCUMENT,
    errors=(404,),
    reads=True,
    summary="Read a saved block",
)
op(
    "PATCH",
    "/block_documents/{id}",
    "block_documents.update",
    body="prefect._wire.blocks:BlockDocumentUpdate",
    status=204,
    errors=(400, 404),
    summary="Change a saved block",
)
op(
    "DELETE",
    "/block_documents/{id}",
    "block_documents.delete",
    status=204,
    errors=(404,),
    summary="Remove a saved block",
)
