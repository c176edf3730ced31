"""What a server's refusal means, as the errors that the services raise in process."""

from __future__ import annotations

from typing import Any

from prefect._base import errors
from prefect._base.errors import OperationError
from prefect._base.jsontext import loads

_MISSING, _THERE = " not found.", " already exists."
CREDENTIALS = (
    "Set PREFECT_API_AUTH_STRING to what the server has as PREFECT_SERVER_API_AUTH_STRING, or PREFECT_API_KEY"
    " for a cloud; if one is set, it is not the right one."
)
_BY_STATUS: dict[int, type[OperationError]] = {
    400: errors.Invalid,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    409: errors.Conflict,
    410: errors.Gone,
    422: errors.Invalid,
}


def refusal(status: int, body: bytes, retry_after_s: float | None) -> OperationError:
    """The error that stands for an answer with an error's status."""
    message = _message(status, body)
    if status == 404:
        return errors.NotFound(_bare(message, _MISSING))
    if status == 409 and message.endswith(_THERE):
        return errors.AlreadyExists(_bare(message, _THERE))
    if status == 401:
        return errors.Unauthorized(f"{message.removesuffix('.')}. {CREDENTIALS}")
    if status == 423:
        return errors.Locked(
            message, 1.0 if retry_after_s is None else retry_after_s, waited_s=_waited_s(body)
        )
    return _BY_STATUS.get(status, OperationError)(message, status=status)


def _message(status: int, body: bytes) -> str:
    try:
        told: Any = loads(body)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return f"The server answered with status {status}."
    told_by: dict[str, Any] = told  # pyright: ignore[reportUnknownVariableType]
    details = told_by.get("exception_detail")
    if isinstance(details, list) and details:
        return "; ".join(_problem(detail) for detail in details)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return str(told_by.get("detail") or told_by.get("exception_message") or f"Status {status}.")


def _waited_s(body: bytes) -> float:
    """For how long the server waited before it refused."""
    try:
        told: Any = loads(body)
    except ValueError:
        return 0.0
    waited_s: Any = told.get("waited_s") if isinstance(told, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return float(waited_s) if isinstance(waited_s, int | float) else 0.0


def _problem(detail: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in detail.get("loc", ())[1:])
    return f"{where}: {detail.get('msg')}" if where else str(detail.get("msg"))


def _bare(message: str, ending: str) -> str:
    """What is missing or there, without the words that its error adds again."""
    return message.removesuffix(".").removesuffix(ending.removesuffix("."))
