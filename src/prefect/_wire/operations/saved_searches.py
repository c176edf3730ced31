"""Endpoints of saved searches."""

from __future__ import annotations

from prefect._wire.operation import op

_SEARCH = "prefect.client.schemas._others:SavedSearch"

op(
    "PUT",
    "/saved_searches/",
    "saved_searches.put",
    body="prefect.client.schemas._others:SavedSearchCreate",
    reply=_SEARCH,
    status=201,
    may_exist=True,
    summary="Save a search under its name",
)
op(
    "GET",
    "/saved_searches/{id}",
    "saved_searches.read",
    reply=_SEARCH,
    errors=(404,),
    reads=True,
    summary="Read a saved search",
)
op(
    "DELETE",
    "/saved_searches/{id}",
    "saved_searches.delete",
    status=204,
    errors=(404,),
    summary="Remove a saved search",
)
op(
    "POST",
    "/saved_searches/filter",
    "saved_searches.filter",
    body="prefect._wire.requests:Page",
    reply=f"{_SEARCH}[]",
    reads=True,
    summary="List saved searches",
)
