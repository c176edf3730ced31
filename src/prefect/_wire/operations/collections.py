"""The endpoint that tells which kinds of workers and blocks there are."""

from __future__ import annotations

from prefect._wire.operation import op

op(
    "GET",
    "/collections/views/{view}",
    "collections.view",
    errors=(404,),
    reads=True,
    summary="Read what packages bring along",
)
