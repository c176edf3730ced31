"""Refusals of operations as the exceptions that users know."""

from __future__ import annotations

from prefect._base.errors import Locked, OperationError
from prefect.client.orchestration import _operations as operations
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound


def public(refusal: OperationError, operation: str) -> Exception:
    """The public exception that stands for `refusal`.

    A missing object is `ObjectNotFound`, one that exists already `ObjectAlreadyExists`; anything else is a
    `PrefectHTTPStatusError` with the answer that the API gives, whether or not a server was in between.
    """
    if refusal.status == 404:
        return ObjectNotFound(http_exc=status_error(refusal, operation), help_message=refusal.message)
    if refusal.status == 409:
        return ObjectAlreadyExists(status_error(refusal, operation))
    return status_error(refusal, operation)


def status_error(refusal: OperationError, operation: str) -> Exception:
    """`refusal` as the error of an HTTP answer; users look at its `response`."""
    import httpx

    from prefect.exceptions import PrefectHTTPStatusError

    declared = operations.operation(operation)
    request = httpx.Request(declared.method, f"http://ephemeral-prefect/api{declared.path}")
    headers = {"Retry-After": f"{refusal.retry_after_s:g}"} if isinstance(refusal, Locked) else None
    detail = {"detail": refusal.message}
    response = httpx.Response(refusal.status, json=detail, headers=headers, request=request)
    error = httpx.HTTPStatusError(
        f"{refusal.status} {response.reason_phrase} for {declared.method} {declared.path}",
        request=request,
        response=response,
    )
    return PrefectHTTPStatusError.from_httpx_error(error)


def public_of(error: Exception) -> Exception:
    """The public exception that stands for the error of an httpx answer."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status == 404:
        return ObjectNotFound(http_exc=error)
    return ObjectAlreadyExists(error) if status == 409 else error
