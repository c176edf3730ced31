"""What clients are told when a request fails: the forms of the contract, and no inner details."""

from __future__ import annotations

import logging
from typing import Any

from prefect._api.exchange import MOST_BODY_BYTES, Answer, TooLarge, json_answer
from prefect._base.errors import Locked, OperationError, StoreConstraint, StoreError, StoreFull, StoreValue

logger = logging.getLogger("prefect.server")

RETRY_AFTER_S = 0.5

NOT_FOUND = json_answer({"detail": "Not Found"}, 404)
UNAUTHORIZED = json_answer({"exception_message": "Unauthorized"}, 401)
FAILED = json_answer({"exception_message": "Internal Server Error"}, 500)
CONFLICT = json_answer(
    {"detail": "This conflicts with what is stored: it names what does not exist, or what exists already."},
    409,
)
UNKEEPABLE = json_answer(
    {"detail": "A value cannot be stored: numbers have 64 bits at most, and texts no character NUL."}, 422
)
OUT_OF_RANGE = json_answer(
    {"detail": "An instant, a duration or a number is out of range: instants end with the year 9999."}, 422
)
RETRY_LATER = ((b"retry-after", str(RETRY_AFTER_S).encode()),)
UNAVAILABLE = json_answer({"exception_message": "Service Unavailable"}, 503, RETRY_LATER)
FULL = json_answer(
    {
        "exception_message": "The server's database has no room left, so nothing is written."
        " Free some space on its disk; writing goes on by itself then."
    },
    503,
    RETRY_LATER,
)


TOO_LARGE = json_answer(
    {"detail": f"The body of a request may have {MOST_BODY_BYTES} bytes at most."},
    413,
    ((b"connection", b"close"),),
)


class BadRequest(Exception):
    """The request does not fit to its endpoint. `errors` say where and why, `body` is what was sent."""

    def __init__(self, errors: list[dict[str, Any]], body: Any) -> None:
        super().__init__("The request is not valid.")
        self.errors = errors
        self.body = body


def method_not_allowed(allowed: list[str]) -> Answer:
    return json_answer({"detail": "Method Not Allowed"}, 405, ((b"allow", ", ".join(allowed).encode()),))


def answer_for(error: Exception, where: str) -> Answer:
    """The answer to a request that ended in `error`; what nobody expected is logged with its cause."""
    if isinstance(error, BadRequest):
        return json_answer(
            {
                "exception_message": "Invalid request received.",
                "exception_detail": error.errors,
                "request_body": error.body,
            },
            422,
        )
    if isinstance(error, OperationError):
        headers: tuple[tuple[bytes, bytes], ...] = ()
        # clients read the one or the other
        told: dict[str, Any] = {"detail": error.message, "exception_message": error.message}
        if isinstance(error, Locked):
            headers = ((b"retry-after", f"{error.retry_after_s:g}".encode()),)
            if error.waited_s:
                told["waited_s"] = error.waited_s
        return json_answer(told, error.status, headers)
    if isinstance(error, TooLarge):
        return TOO_LARGE
    if isinstance(error, StoreConstraint):
        return CONFLICT
    if isinstance(error, StoreValue):
        return UNKEEPABLE
    if isinstance(error, OverflowError):  # what is reckoned from instants and durations of the request
        return OUT_OF_RANGE
    if isinstance(error, StoreError):
        logger.error("%s: %s", where, error)
        return FULL if isinstance(error, StoreFull) else UNAVAILABLE
    logger.error("%s failed.", where, exc_info=error)
    return FAILED
