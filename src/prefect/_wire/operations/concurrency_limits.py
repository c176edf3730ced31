"""Endpoints of concurrency limits."""

from __future__ import annotations

from prefect._wire.operation import op

_SCHEMAS = "prefect._wire.concurrency"
_ANSWER = f"{_SCHEMAS}:GlobalConcurrencyLimitResponse"
_MINIMAL = f"{_SCHEMAS}:MinimalConcurrencyLimitResponse"
_PATH = "/v2/concurrency_limits"
_ONE = f"{_PATH}/{{id_or_name}}"

op(
    "POST",
    f"{_PATH}/",
    "concurrency_limits.create",
    body=f"{_SCHEMAS}:ConcurrencyLimitV2Create",
    reply=f"{_SCHEMAS}:ConcurrencyLimitV2",
    status=201,
    errors=(409,),
    summary="Create a concurrency limit",
)
op(
    "POST",
    f"{_PATH}/filter",
    "concurrency_limits.filter",
    body=f"{_SCHEMAS}:LimitsFilter",
    reply=f"{_ANSWER}[]",
    reads=True,
    summary="List concurrency limits",
)
op(
    "POST",
    f"{_PATH}/increment",
    "concurrency_limits.increment",
    body=f"{_SCHEMAS}:SlotsTake",
    reply=f"{_MINIMAL}[]",
    errors=(422, 423),
    summary="Take slots",
)
op(
    "POST",
    f"{_PATH}/increment-with-lease",
    "concurrency_limits.increment_with_lease",
    body=f"{_SCHEMAS}:SlotsLease",
    reply=f"{_SCHEMAS}:ConcurrencyLimitWithLeaseResponse",
    errors=(422, 423),
    summary="Take slots under a lease",
)
op(
    "POST",
    f"{_PATH}/decrement",
    "concurrency_limits.decrement",
    body=f"{_SCHEMAS}:SlotsGiveBack",
    reply=f"{_MINIMAL}[]",
    summary="Give slots back",
)
op(
    "POST",
    f"{_PATH}/decrement-with-lease",
    "concurrency_limits.decrement_with_lease",
    body=f"{_SCHEMAS}:LeaseEnd",
    status=204,
    summary="End a lease and give back its slots",
)
op(
    "POST",
    f"{_PATH}/leases/{{lease_id}}/renew",
    "concurrency_limits.renew_lease",
    body=f"{_SCHEMAS}:LeaseRenewal",
    body_optional=True,
    status=204,
    errors=(410,),
    summary="Renew a lease",
)
op(
    "POST",
    f"{_PATH}/withdraw",
    "concurrency_limits.withdraw",
    body=f"{_SCHEMAS}:Withdrawal",
    status=204,
    summary="Wait no more for slots",
)
op(
    "GET",
    _ONE,
    "concurrency_limits.read",
    reply=_ANSWER,
    errors=(404,),
    reads=True,
    summary="Read a concurrency limit",
)
op(
    "PATCH",
    _ONE,
    "concurrency_limits.update",
    body=f"{_SCHEMAS}:ConcurrencyLimitV2Update",
    status=204,
    errors=(404, 409),
    summary="Change a concurrency limit",
)
op(
    "DELETE",
    _ONE,
    "concurrency_limits.delete",
    status=204,
    errors=(404,),
    summary="Remove a concurrency limit",
)
