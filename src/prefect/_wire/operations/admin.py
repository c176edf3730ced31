"""Endpoints about the server itself."""

from __future__ import annotations

from prefect._wire.operation import op

_STORAGE = "prefect.client.schemas._others:ServerDefaultResultStorage"

op("GET", "/admin/settings", "admin.settings", reads=True, summary="Read the settings of the server")
op("GET", "/admin/storage", "admin.storage", reply=_STORAGE, reads=True, summary="Where results are kept")
op(
    "PUT",
    "/admin/storage",
    "admin.set_storage",
    body="prefect.client.schemas._others:ServerDefaultResultStorageUpdate",
    reply=_STORAGE,
    errors=(404,),
    summary="Say where results are kept",
)
op("DELETE", "/admin/storage", "admin.clear_storage", status=204, summary="Say so no more")
