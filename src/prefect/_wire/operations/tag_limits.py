"""Endpoints of the limits of tags."""

from __future__ import annotations

from prefect._wire.operation import op

_SCHEMAS = "prefect._wire.concurrency"
_LIMIT = f"{_SCHEMAS}:ConcurrencyLimit"
_MINIMAL = f"{_SCHEMAS}:MinimalConcurrencyLimitResponse"
_PATH = "/concurrency_limits"

op(
    "POST",
    f"{_PATH}/",
    "tag_limits.create",
    body=f"{_SCHEMAS}:ConcurrencyLimitCreate",
    reply=_LIMIT,
    status=201,
    may_exist=True,
    summary="Create the limit of a tag, or change it",
)
op(
    "POST",
    f"{_PATH}/filter",
    "tag_limits.filter",
    body=f"{_SCHEMAS}:LimitsFilter",
    reply=f"{_LIMIT}[]",
    reads=True,
    summary="List the limits of tags",
)
op(
    "POST",
    f"{_PATH}/increment",
    "tag_limits.increment",
    body=f"{_SCHEMAS}:TagSlotsTake",
    reply=f"{_MINIMAL}[]",
    errors=(423,),
    summary="Take a slot of each tag for a task run",
)
op(
    "POST",
    f"{_PATH}/decrement",
    "tag_limits.decrement",
    body=f"{_SCHEMAS}:TagSlotsGiveBack",
    reply=f"{_MINIMAL}[]",
    summary="Give back the slots of a task run",
)
op(
    "GET",
    f"{_PATH}/tag/{{tag}}",
    "tag_limits.read_by_tag",
    reply=_LIMIT,
    errors=(404,),
    reads=True,
    summary="Read the limit of a tag",
)
op(
    "DELETE",
    f"{_PATH}/tag/{{tag}}",
    "tag_limits.delete_by_tag",
    errors=(404,),
    summary="Remove the limit of a tag",
)
op(
    "POST",
    f"{_PATH}/tag/{{tag}}/reset",
    "tag_limits.reset",
    body=f"{_SCHEMAS}:TagLimitReset",
    body_optional=True,
    errors=(404,),
    summary="Free all slots of a tag",
)
op(
    "GET",
    f"{_PATH}/{{id}}",
    "tag_limits.read",
    reply=_LIMIT,
    errors=(404,),
    reads=True,
    summary="Read a limit",
)
op("DELETE", f"{_PATH}/{{id}}", "tag_limits.delete", errors=(404,), summary="Remove a limit")
